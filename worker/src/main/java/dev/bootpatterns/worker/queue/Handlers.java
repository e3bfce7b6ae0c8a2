package dev.bootpatterns.worker.queue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.OutputProperties;
import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.WorkHandler;
import dev.bootpatterns.worker.WorkItem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/**
 * The handlers by name; turns whatever one of them does into an outcome.
 */
@Component
class Handlers {

	/** The metric's tag for items that ask for a handler that is not there. */
	private static final String UNKNOWN = "unknown";

	private static final Logger logger = LoggerFactory.getLogger(Handlers.class);

	private final Map<String, WorkHandler> byName = new TreeMap<>();

	private final DataSize maxContent;

	private final OutputProperties outputs;

	private final WorkMetrics metrics;

	Handlers(List<WorkHandler> handlers, QueueProperties properties, OutputProperties outputs, WorkMetrics metrics) {
		for (WorkHandler handler : handlers) {
			WorkHandler other = this.byName.put(handler.name(), handler);
			if (other != null) {
				throw new IllegalStateException("Two handlers are named '%s': %s and %s".formatted(handler.name(),
						other.getClass().getName(), handler.getClass().getName()));
			}
		}
		this.maxContent = properties.maxContent();
		this.outputs = outputs;
		this.metrics = metrics;
	}

	/**
	 * Handles an item.
	 * @param item the item
	 * @return how it ended
	 * @throws InterruptedException if the worker stops
	 */
	Outcome handle(WorkItem item) throws InterruptedException {
		WorkHandler handler = this.byName.get(item.handler());
		if (handler == null) {
			return Outcome.rejected(
					"no handler '%s' here, only %s".formatted(item.handler(), String.join(", ", this.byName.keySet())));
		}
		int size = item.content().remaining();
		if (size > this.maxContent.toBytes()) {
			return Outcome
				.rejected("content of %d bytes, more than the limit of %d".formatted(size, this.maxContent.toBytes()));
		}
		try {
			return bounded(handler.handle(item));
		}
		catch (InterruptedException ex) {
			throw ex;
		}
		catch (RejectedException ex) {
			return Outcome.rejected(ex.reason());
		}
		catch (Exception | LinkageError | StackOverflowError | AssertionError ex) {
			// These errors are the item's doing, too: the listener container would answer
			// them by stopping, here and wherever the item is delivered next.
			logger.error("Item {} of job {}: handler {} failed", item.id(), item.job(), item.handler(), ex);
			return Outcome.failed("handler '%s' threw %s: see the worker's log".formatted(item.handler(),
					ex.getClass().getSimpleName()));
		}
	}

	private Outcome bounded(Outcome outcome) {
		if (!(outcome instanceof Outcome.Done done)) {
			return outcome;
		}
		String problem = (done.emissions() != null) ? EmissionBounds.problem(done.emissions(), this.outputs) : null;
		if (problem != null) {
			return Outcome.rejected(problem);
		}
		byte[] output = done.output();
		return (output != null && this.outputs.exceededBy(output.length)) ? this.outputs.tooLarge(output.length)
				: outcome;
	}

	/**
	 * Records how an item ended.
	 */
	void record(WorkItem item, Outcome outcome, Duration took) {
		this.metrics.handled(this.byName.containsKey(item.handler()) ? item.handler() : UNKNOWN, outcome, took);
	}

}
