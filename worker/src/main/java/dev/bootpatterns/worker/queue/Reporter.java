package dev.bootpatterns.worker.queue;

import java.time.Duration;

import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.Pause;
import dev.bootpatterns.worker.WorkItem;
import io.github.resilience4j.core.IntervalFunction;
import io.micrometer.core.instrument.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.stereotype.Component;

/**
 * Tells the owner. An outcome is published until the broker has confirmed it or the
 * report's deadline is over: publishing again costs little, handing the item back costs
 * its whole effect again.
 */
@Component
class Reporter {

	private static final Logger logger = LoggerFactory.getLogger(Reporter.class);

	private static final IntervalFunction BACKOFF = IntervalFunction.ofExponentialRandomBackoff(Duration.ofMillis(200),
			2, 0.5, Duration.ofSeconds(5));

	private final ConfirmedPublisher publisher;

	private final JsonMapper json;

	private final QueueProperties properties;

	private final Pause pause;

	private final WorkMetrics metrics;

	private final Clock clock;

	Reporter(ConfirmedPublisher publisher, JsonMapper json, QueueProperties properties, Pause pause,
			WorkMetrics metrics, Clock clock) {
		this.publisher = publisher;
		this.json = json;
		this.properties = properties;
		this.pause = pause;
		this.metrics = metrics;
		this.clock = clock;
	}

	/**
	 * Says that an item is being handled; if that gets lost, the owner just knows less.
	 */
	void started(WorkItem item) {
		try {
			this.publisher.publishUnconfirmed(WorkQueues.RESULTS_KEY,
					message(Report.started(item, this.properties.id()), item.ownerTerm()));
		}
		catch (AmqpException ex) {
			this.metrics.startedDropped();
			logger.debug("Item {}: not announced", item.id(), ex);
		}
	}

	/**
	 * Says how it ended, and returns once the broker has that.
	 */
	void ended(WorkItem item, Outcome outcome, Duration took) throws UnconfirmedException, InterruptedException {
		Message message = message(Report.of(item, outcome, this.properties.id(), took), item.ownerTerm());
		long start = this.clock.monotonicTime();
		for (int tries = 1;; tries++) {
			try {
				this.publisher.publish(WorkQueues.RESULTS_KEY, message);
				return;
			}
			catch (UnconfirmedException ex) {
				this.metrics.unconfirmed();
				Duration wait = Duration.ofMillis(BACKOFF.apply(Math.min(tries, 10)));
				Duration spent = Duration.ofNanos(this.clock.monotonicTime() - start);
				if (spent.plus(wait).compareTo(this.properties.reportDeadline()) > 0) {
					throw ex;
				}
				logger.warn("Item {}: outcome not confirmed ({}), publishing it again in {} ms", item.id(),
						ex.getMessage(), wait.toMillis());
				this.pause.await(wait);
			}
		}
	}

	private Message message(Report report, long ownerTerm) {
		return MessageBuilder.withBody(this.json.writeValueAsBytes(report))
			.setContentType(MessageProperties.CONTENT_TYPE_JSON)
			.setDeliveryMode(MessageDeliveryMode.PERSISTENT)
			.setType("work.result")
			.setHeader("X-Owner-Term", ownerTerm)
			.build();
	}

}
