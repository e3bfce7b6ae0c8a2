package dev.bootpatterns.worker.queue;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.bootpatterns.worker.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import org.springframework.stereotype.Component;

/**
 * What this worker counts. Tags are closed sets: names of handlers that exist, outcomes,
 * the contract's headers.
 */
@Component
class WorkMetrics {

	private final MeterRegistry registry;

	private final AtomicInteger active;

	private final AtomicLong begun = new AtomicLong();

	WorkMetrics(MeterRegistry registry) {
		this.registry = registry;
		AtomicInteger items = new AtomicInteger();
		registry.gauge("work.active", items);
		this.active = items;
	}

	void begun() {
		this.begun.incrementAndGet();
		this.active.incrementAndGet();
	}

	void over() {
		this.active.decrementAndGet();
	}

	/** How many items are in progress. */
	int active() {
		return this.active.get();
	}

	/** How many have been begun since the start. */
	long begunSoFar() {
		return this.begun.get();
	}

	void handled(String handler, Outcome outcome, Duration took) {
		Timer.builder("work.handling")
			.description("Time that handlers took, by how it ended")
			.tag("handler", handler)
			.tag("outcome", Report.Kind.of(outcome).name().toLowerCase(Locale.ROOT))
			.publishPercentileHistogram()
			.minimumExpectedValue(Duration.ofMillis(1))
			.maximumExpectedValue(Duration.ofMinutes(1))
			.register(this.registry)
			.record(took);
	}

	void redelivered() {
		counter("work.redelivered", "Deliveries that the broker had made before").increment();
	}

	void parked(String header) {
		Counter.builder("work.parked")
			.description("Messages that are no items, moved to work.unreadable")
			.tag("header", header)
			.register(this.registry)
			.increment();
	}

	void refused() {
		counter("work.refused", "Items that were not handled because their owner's term was over").increment();
	}

	void unconfirmed() {
		counter("work.reports.unconfirmed", "Publishings of an outcome that the broker did not confirm").increment();
	}

	void startedDropped() {
		counter("work.announcements.dropped", "Announcements that an item has begun which could not be published")
			.increment();
	}

	void returned(String why) {
		Counter.builder("work.returned")
			.description("Items given back to the queue instead of being settled")
			.tag("reason", why)
			.register(this.registry)
			.increment();
	}

	private Counter counter(String name, String description) {
		return Counter.builder(name).description(description).register(this.registry);
	}

}
