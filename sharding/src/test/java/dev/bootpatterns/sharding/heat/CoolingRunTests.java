package dev.bootpatterns.sharding.heat;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import dev.bootpatterns.sharding.heat.CoolingPlan.HotShard;
import dev.bootpatterns.sharding.heat.CoolingPlan.Move;
import dev.bootpatterns.sharding.heat.CoolingPlan.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Cooling over many periods: it ends, and it never goes to and fro. */
class CoolingRunTests {

	private static final int REST = 5;

	private static final CoolingSettings SETTINGS = new CoolingSettings(1.3, 1.1, 8, REST, 0.001, 0);

	/**
	 * Constant rates of 500 random systems, with anything between even and extremely
	 * uneven slots, and shards that have none: it ends, with fewer moves than there are
	 * slots, after which a shard is hot for a reason that no move could cure.
	 */
	@ParameterizedTest
	@ValueSource(doubles = { 0, 0.5, 1, 1.5, 3 })
	void constantRates_comeToRest(double skew) {
		for (long seed = 0; seed < 100; seed++) {
			SplittableRandom random = new SplittableRandom(seed);
			int shards = 2 + random.nextInt(30);
			int slots = shards + random.nextInt(600);
			int used = 1 + random.nextInt(shards);
			Run run = new Run(shards, IntStream.range(0, slots).map((slot) -> random.nextInt(used)).toArray());
			double[] rates = random.doubles(slots).map((value) -> Math.pow(value, -skew)).toArray();
			int quietFor = 0;
			for (int period = 0; quietFor <= REST + 1; period++) {
				assertThat(period).as("periods, seed %d", seed).isLessThan(slots + REST);
				quietFor = run.period(rates).moves().isEmpty() ? quietFor + 1 : 0;
			}
			assertThat(run.moves).as("moves, seed %d", seed).isLessThanOrEqualTo(slots);
			assertThat(run.period(rates).hot()).extracting(HotShard::reason)
				.isSubsetOf(Reason.HOT_SLOT, Reason.NO_USEFUL_MOVE);
		}
	}

	/** Slots that are small against a shard's load leave no shard hot. */
	@Test
	void constantRates_ofSmallSlots_leaveNoHotShard() {
		for (long seed = 0; seed < 100; seed++) {
			SplittableRandom random = new SplittableRandom(seed);
			Run run = new Run(8, IntStream.range(0, 800).map((slot) -> random.nextInt(4)).toArray());
			double[] rates = random.doubles(800, 1, 10).toArray();
			CoolingPlan plan = run.period(rates);
			for (int period = 0; period < 100; period++) {
				plan = run.period(rates);
			}
			assertThat(plan.after()).as("seed %d", seed).isLessThanOrEqualTo(SETTINGS.stop());
		}
	}

	static Map<String, IntFunction<double[]>> adversaries() {
		return Map.of("oneHotSlotAlternating", (period) -> even((period % 2 == 0) ? 0 : 100), "twoHotSlotsInOneShard",
				(period) -> even(0, 1), "twoHotSlotsApart", (period) -> even(0, 100), "flippingHalves",
				CoolingRunTests::flipping, "wanderingHotSlot", (period) -> even(period % 200), "thresholdCrossing",
				(period) -> crossing(period), "loadThatComesAndGoes",
				(period) -> Arrays.stream(even(3)).map((rate) -> (period % 3 == 0) ? rate : 0).toArray());
	}

	static Iterable<String> names() {
		return adversaries().keySet();
	}

	/** {@link Run} checks each plan; and there are no more moves than the rest allows. */
	@ParameterizedTest
	@MethodSource("names")
	void ratesOfAnAdversary_moveNoSlotWithinItsRest_andNeverHeatTheHottest(String name) {
		IntFunction<double[]> rates = Objects.requireNonNull(adversaries().get(name));
		Run run = new Run(10, IntStream.range(0, 200).map((slot) -> slot / 20).toArray());
		for (int period = 0; period < 1000; period++) {
			run.period(rates.apply(period));
		}
		assertThat(run.movesBySlot.values()).allSatisfy((moves) -> assertThat(moves).isLessThanOrEqualTo(1000 / REST));
	}

	@ParameterizedTest
	@ValueSource(strings = { "oneHotSlotAlternating", "twoHotSlotsApart", "wanderingHotSlot", "loadThatComesAndGoes" })
	void hotKeys_whereverTheyShow_moveNothing(String name) {
		IntFunction<double[]> rates = Objects.requireNonNull(adversaries().get(name));
		Run run = new Run(10, IntStream.range(0, 200).map((slot) -> slot / 20).toArray());
		for (int period = 0; period < 1000; period++) {
			run.period(rates.apply(period));
		}
		assertThat(run.moves).isZero();
	}

	@Test
	void twoHotSlotsOfEqualRate_arePartedOnce() {
		Run run = new Run(10, IntStream.range(0, 200).map((slot) -> slot / 20).toArray());
		for (int period = 0; period < 1000; period++) {
			run.period(even(0, 1));
		}
		assertThat(run.moves).isOne();
	}

	/** Two requests in three go to one half of the shards, then to the other. */
	@Test
	void ratesThatFlip_averagedOverTenPeriods_moveNothing() {
		Run run = new Run(10, IntStream.range(0, 200).map((slot) -> slot / 20).toArray());
		SlotRates rates = new SlotRates(200, Duration.ofSeconds(10));
		int moves = 0;
		for (int period = 0; period < 1000; period++) {
			double[] load = flipping(period);
			for (int slot = 0; slot < load.length; slot++) {
				for (int i = 0; i < load[slot]; i++) {
					rates.increment(slot);
				}
			}
			double[] averaged = rates.tick(Duration.ofSeconds(1)).perSecond();
			moves += (period < 5) ? 0 : run.period(averaged).moves().size();
		}
		assertThat(moves).isZero();
	}

	/**
	 * The noise of counting, 6 % of a shard's load, round a mean of 1: nothing begins.
	 */
	@Test
	void noise_movesNothing() {
		SplittableRandom random = new SplittableRandom(5);
		Run run = new Run(100, IntStream.range(0, 2000).map((slot) -> slot / 20).toArray());
		for (int period = 0; period < 200; period++) {
			double[] rates = new double[2000];
			for (int i = 0; i < 100 * 280; i++) {
				rates[random.nextInt(2000)]++;
			}
			run.period(rates);
		}
		assertThat(run.moves).isZero();
	}

	private static double[] even(int... hotSlots) {
		double[] rates = new double[200];
		Arrays.fill(rates, 5);
		for (int slot : hotSlots) {
			rates[slot] = 1000;
		}
		return rates;
	}

	private static double[] flipping(int period) {
		return IntStream.range(0, 200).mapToDouble((slot) -> ((slot < 100) == (period % 2 == 0)) ? 12 : 6).toArray();
	}

	/** Shard 0 goes to and fro over the start. */
	private static double[] crossing(int period) {
		return IntStream.range(0, 200)
			.mapToDouble((slot) -> (slot < 20) ? ((period % 2 == 0) ? 1.4 : 1.25) : 0.96)
			.toArray();
	}

	/** Applies the plans and checks what holds for each, with sums of its own. */
	private static final class Run {

		private final int shards;

		private final int[] shardBySlot;

		private final Map<Integer, Integer> movesBySlot = new HashMap<>();

		private final Map<Integer, Integer> lastMove = new HashMap<>();

		private CoolingMemory memory = CoolingMemory.NONE;

		private int period;

		private int moves;

		Run(int shards, int[] shardBySlot) {
			this.shards = shards;
			this.shardBySlot = shardBySlot;
		}

		CoolingPlan period(double[] rates) {
			this.period++;
			CoolingPlan plan = new Cooling(SETTINGS).plan(this.shards, this.shardBySlot, rates, this.memory);
			assertThat(plan.moves()).hasSizeLessThanOrEqualTo(SETTINGS.movesPerPeriod());
			double max = max(rates);
			assertThat(plan.before()).isCloseTo(max, within(1e-9));
			for (Move move : plan.moves()) {
				assertThat(this.shardBySlot[move.slot()]).isEqualTo(move.from()).isNotEqualTo(move.to());
				Integer last = this.lastMove.put(move.slot(), this.period);
				assertThat((last == null) ? REST + 1 : this.period - last).isGreaterThan(REST);
				this.movesBySlot.merge(move.slot(), 1, Integer::sum);
				this.shardBySlot[move.slot()] = move.to();
				assertThat(max(rates)).isLessThanOrEqualTo(max + 1e-9);
				max = max(rates);
			}
			assertThat(plan.after()).isCloseTo(max, within(1e-9));
			this.moves += plan.moves().size();
			this.memory = plan.memory();
			return plan;
		}

		private double max(double[] rates) {
			double[] loads = new double[this.shards];
			for (int slot = 0; slot < rates.length; slot++) {
				loads[this.shardBySlot[slot]] += rates[slot];
			}
			double mean = Arrays.stream(loads).sum() / this.shards;
			return (mean == 0) ? 0 : Arrays.stream(loads).max().orElseThrow() / mean;
		}

	}

}
