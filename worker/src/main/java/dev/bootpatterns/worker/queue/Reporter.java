package dev.bootpatterns.worker.queue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

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
 * its whole effect again. Outcomes that come at the same time go together, see
 * {@link GroupCommit}.
 */
@Component
class Reporter {

	private static final Logger logger = LoggerFactory.getLogger(Reporter.class);

	private static final IntervalFunction BACKOFF = IntervalFunction.ofExponentialRandomBackoff(Duration.ofMillis(200),
			2, 0.5, Duration.ofSeconds(5));

	/** What an owner says with each item that takes several reports in one message. */
	private static final String RESULT_GROUPS = "array";

	private static final MessagePropertiesConverter CONVERTER = new DefaultMessagePropertiesConverter();

	private final ConfirmedPublisher publisher;

	private final JsonMapper json;

	private final QueueProperties properties;

	private final Pause pause;

	private final WorkMetrics metrics;

	private final Clock clock;

	private final GroupCommit groups = new GroupCommit(this::publishGroup, WorkQueues.LARGE);

	private volatile boolean ownerTakesGroups;

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
	 * Notes what the owner that sent an item can read: one of an earlier release takes
	 * each report by itself.
	 */
	void heard(Message item) {
		this.ownerTakesGroups = RESULT_GROUPS.equals(item.getMessageProperties().getHeader("X-Results"));
	}

	/**
	 * Says that an item is being handled. Only a broker that dies can lose that: then the
	 * owner takes it for not begun.
	 * @param channel by which the item came
	 */
	void started(WorkItem item, Channel channel) {
		Message message = message("work.result",
				this.json.writeValueAsBytes(Report.started(item, this.properties.id())), item.ownerTerm());
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
		byte[] body = this.json.writeValueAsBytes(report);
		long start = this.clock.monotonicTime();
		for (int tries = 1;; tries++) {
			try {
				publish(body, item.ownerTerm());
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

	private void publish(byte[] report, long ownerTerm) throws UnconfirmedException, InterruptedException {
		if (report.length > WorkQueues.LARGE) {
			this.publisher.publish(WorkQueues.LARGE_RESULTS_KEY, message("work.result", report, ownerTerm));
		}
		else if (this.ownerTakesGroups) {
			this.groups.publish(report, ownerTerm);
		}
		else {
			publishGroup(List.of(report), ownerTerm);
		}
	}

	private void publishGroup(List<byte[]> reports, long ownerTerm) throws UnconfirmedException, InterruptedException {
		Message message = (reports.size() == 1) ? message("work.result", reports.getFirst(), ownerTerm)
				: message("work.results", array(reports), ownerTerm);
		this.publisher.publish(WorkQueues.RESULTS_KEY, message);
	}

	/** The JSON of an array, of the JSON of its elements. */
	private static byte[] array(List<byte[]> elements) {
		ByteArrayOutputStream array = new ByteArrayOutputStream(WorkQueues.LARGE);
		char before = '[';
		for (byte[] element : elements) {
			array.write(before);
			array.writeBytes(element);
			before = ',';
		}
		array.write(']');
		return array.toByteArray();
	}

	private Message message(String type, byte[] body, long ownerTerm) {
		return MessageBuilder.withBody(body)
			.setContentType(MessageProperties.CONTENT_TYPE_JSON)
			.setDeliveryMode(MessageDeliveryMode.PERSISTENT)
			.setType(type)
			.setHeader("X-Owner-Term", ownerTerm)
			.setHeader("X-Worker-Concurrency", this.properties.maxConcurrency())
			.build();
	}

}
