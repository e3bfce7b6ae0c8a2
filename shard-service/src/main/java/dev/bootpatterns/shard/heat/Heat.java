package dev.bootpatterns.shard.heat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import dev.bootpatterns.sharding.Slots;
import dev.bootpatterns.sharding.heat.ChiSquare;
import dev.bootpatterns.sharding.heat.HotKeys;
import dev.bootpatterns.sharding.heat.SlotRates;
import dev.bootpatterns.sharding.heat.SpaceSaving;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.stereotype.Component;

/**
 * Measures the requests by key that this replica gets.
 * <p>
 * Searches do not count: every shard gets each of them, wherever slots are.
 */
@Component
public class Heat {

	private static final Duration HALF_LIFE = Duration.ofSeconds(10);

	private static final int COUNTERS = 100;

	private static final int HOT_KEYS = 10;

	private final SlotRates slots = new SlotRates(Slots.COUNT, HALF_LIFE);

	private final SpaceSaving keys = new SpaceSaving(COUNTERS, HALF_LIFE);

	Heat(MeterRegistry meters) {
		Gauge.builder("shard.requests.rate", this, (heat) -> heat.slots.rates().total())
			.description("Requests by key a second")
			.register(meters);
		Gauge.builder("shard.slots.chi.square", this, Heat::chiSquare)
			.description(
					"Unevenness of the requests among the slots that get any, by degree of freedom: near 1 by chance")
			.register(meters);
		Gauge.builder("shard.hot.key.share", this, Heat::hottest)
			.description("The share of the requests that is for the hottest key")
			.register(meters);
	}

	/**
	 * Counts a request.
	 * @param slot the slot of its key
	 * @param key its key
	 */
	public void request(int slot, String key) {
		this.slots.increment(slot);
		this.keys.offer(key);
	}

	/**
	 * Brings the rates up to date.
	 * @param elapsed since the last time, or the beginning
	 * @return what was measured
	 */
	Measured measure(Duration elapsed) {
		this.keys.tick(elapsed);
		SlotRates.Rates rates = this.slots.tick(elapsed);
		double total = rates.total();
		List<HotKey> hottest = this.keys.snapshot(HOT_KEYS)
			.keys()
			.stream()
			.map((key) -> new HotKey(key.key(), key.share() * total,
					(key.count() > 0) ? key.share() * total * key.error() / key.count() : 0))
			.toList();
		return new Measured(rates, hottest);
	}

	private double chiSquare() {
		double[] asked = Arrays.stream(this.slots.rates().counts()).filter((count) -> count > 0).toArray();
		return (asked.length > 1) ? ChiSquare.of(asked).perDegreeOfFreedom() : 0;
	}

	private double hottest() {
		HotKeys hottest = this.keys.snapshot(1);
		return hottest.keys().isEmpty() ? 0 : hottest.keys().getFirst().share();
	}

	/**
	 * What was measured.
	 *
	 * @param rates by slot
	 * @param hotKeys the hottest keys
	 */
	record Measured(SlotRates.Rates rates, List<HotKey> hotKeys) {
	}

	/**
	 * A key that is asked for often.
	 *
	 * @param key the key
	 * @param requestsPerSecond at most so often
	 * @param error by how much that may be too high
	 */
	record HotKey(String key, double requestsPerSecond, double error) {
	}

}
