package dev.bootpatterns.worker.queue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.Pause;
import dev.bootpatterns.worker.WorkItem;
import io.github.resilience4j.core.IntervalFunction;
import io.micrometer.core.instrument.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.support.DefaultMessagePropertiesConverter;
import org.springframework.amqp.rabbit.support.MessagePropertiesConverter;
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

	private static final MessagePropertiesConverter CONVERTER = new DefaultMessagePropertiesConverter();

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
	 * Says that an item is being handled. Only a broker that dies can lose that: then the
	 * owner takes it for not begun.
	 * @param channel by which the item came
	 */
	void started(WorkItem item, Channel channel) {
		Message message = message(Report.started(item, this.properties.id()), item.ownerTerm());
		try {
			channel.basicPublish(WorkQueues.EXCHANGE, WorkQueues.RESULTS_KEY,
					CONVERTER.fromMessageProperties(message.getMessageProperties(), StandardCharsets.UTF_8.name()),
					message.getBody());
		}
		catch (IOException | AlreadyClosedException ex) {
			this.metrics.startedDropped();
			logger.debug("Item {}: not announced", item.id(), ex);
		}
	}

	/**
	 * Says how it ended, and returns once the broker has that.
	 */
	void ended(WorkItem item, Outcome outcome, Duration took) throws UnconfirmedException, InterruptedException {
		confirm(item, Report.of(item, outcome, this.properties.id(), took));
	}

	/** Says that it was delivered again. */
	void interrupted(WorkItem item) throws UnconfirmedException, InterruptedException {
		confirm(item, Report.interrupted(item, this.properties.id()));
	}

	/** Says that it is given back. */
	void returned(WorkItem item) throws UnconfirmedException, InterruptedException {
		confirm(item, Report.returned(item, this.properties.id()));
	}

	private void confirm(WorkItem item, Report report) throws UnconfirmedException, InterruptedException {
		Message message = message(report, item.ownerTerm());
		String key = (message.getBody().length > WorkQueues.LARGE) ? WorkQueues.LARGE_RESULTS_KEY
				: WorkQueues.RESULTS_KEY;
		long start = this.clock.monotonicTime();
		for (int tries = 1;; tries++) {
			try {
				this.publisher.publish(key, message);
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
			.setHeader("X-Worker-Concurrency", this.properties.maxConcurrency())
			.build();
	}

}
