package dev.bootpatterns.gateway.hotkeys;

import java.util.EnumMap;
import java.util.Map;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What becomes of the reads of hot keys.
 */
final class HotKeyMeters {

	private final Counter hits;

	private final Counter fetched;

	private final Counter collapsed;

	private final Counter invalidations;

	private final Map<Reason, Counter> alone = new EnumMap<>(Reason.class);

	HotKeyMeters(String service, Hotness hotness, Flights flights, MeterRegistry meters) {
		this.hits = read("hit", service, meters);
		this.fetched = read("fetched", service, meters);
		this.collapsed = read("collapsed", service, meters);
		this.invalidations = Counter.builder("gateway.hot.keys.invalidations")
			.description("Writes that made a copy or a fetch of a hot key old")
			.tag("service", service)
			.register(meters);
		for (Reason reason : Reason.values()) {
			this.alone.put(reason,
					Counter.builder("gateway.hot.keys.alone")
						.description("Reads of hot keys that went to a replica by themselves")
						.tags("service", service, "reason", reason.tag())
						.register(meters));
		}
		Gauge.builder("gateway.hot.keys", hotness, Hotness::hotKeys)
			.description("Keys that are hot")
			.tag("service", service)
			.register(meters);
		Gauge.builder("gateway.hot.keys.waiting", flights, Flights::waiting)
			.description("Readers of hot keys that wait for a fetch")
			.tag("service", service)
			.register(meters);
		Gauge.builder("gateway.hot.keys.hottest.share", hotness, Hotness::hottestShare)
			.description("The part of all reads that the hottest key gets, at most")
			.tag("service", service)
			.register(meters);
		FunctionCounter.builder("gateway.hot.keys.uncounted", hotness, Hotness::dropped)
			.description("Reads that were not counted because all counters were in use")
			.tag("service", service)
			.register(meters);
	}

	private static Counter read(String outcome, String service, MeterRegistry meters) {
		return Counter.builder("gateway.hot.keys.reads")
			.description("Reads of hot keys that were answered from a copy, by a fetch, or along with another's fetch")
			.tags("service", service, "outcome", outcome)
			.register(meters);
	}

	void hit() {
		this.hits.increment();
	}

	void landed(boolean first) {
		(first ? this.fetched : this.collapsed).increment();
	}

	void invalidated() {
		this.invalidations.increment();
	}

	void alone(Reason reason) {
		Counter counter = this.alone.get(reason);
		if (counter != null) {
			counter.increment();
		}
	}

}
