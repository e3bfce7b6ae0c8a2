package dev.bootpatterns.owner.jobs;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import dev.bootpatterns.owner.election.Term;
import dev.bootpatterns.owner.scaling.Scaling;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Publishes items and says which of them the broker has taken.
 * <p>
 * <b>Guarantee.</b> An item that is reported as taken stands in the queue: the broker has
 * confirmed it and has not returned it as unroutable. One that is not reported may stand
 * there all the same (a lost confirm), so that it will be there twice: items have one
 * outcome however often they are delivered.
 * <p>
 * <b>Cost.</b> One round trip for each chunk, not for each item: all of a chunk goes
 * through one channel. A channel of its own for each item would have to be as many as a
 * chunk may be long, for one with confirms outstanding is not lent again.
 */
@Component
class WorkPublisher {

	private static final Log log = LogFactory.getLog(WorkPublisher.class);

	private static final int MAX_MESSAGE_ID = 255;

	private final RabbitTemplate rabbit;

	private final AmqpAdmin admin;

	private final JdbcClient jdbc;

	private final Scaling scaling;

	private final Duration timeout;

	private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);

	WorkPublisher(RabbitTemplate rabbit, AmqpAdmin admin, JdbcClient jdbc, Scaling scaling, JobsProperties properties,
			MeterRegistry meters) {
		this.rabbit = rabbit;
		this.admin = admin;
		this.jdbc = jdbc;
		this.scaling = scaling;
		this.timeout = properties.confirmTimeout();
		// The item is counted with its confirm; without a callback each return is a
		// warning.
		this.rabbit.setReturnsCallback((returned) -> log.debug("Returned as unroutable: " + returned.getReplyText()));
		for (Outcome outcome : Outcome.values()) {
			this.outcomes.put(outcome,
					Counter.builder("owner.published")
						.tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
						.description("Items published, by what the broker said")
						.register(meters));
		}
	}

	private void count(Outcome outcome) {
		Objects.requireNonNull(this.outcomes.get(outcome)).increment();
	}

	/**
	 * Publishes items and waits for their confirms, also if the sending ends early.
	 * @param term goes with every message
	 * @param sending sends the items
	 * @return what the broker took and what not
	 */
	Published publish(Term term, Consumer<Chunk> sending) throws InterruptedException {
		Chunk chunk = new Chunk(term, database());
		RuntimeException cutShort = null;
		try {
			this.rabbit.invoke((channel) -> {
				sending.accept(chunk);
				return null;
			});
		}
		catch (RuntimeException ex) {
			cutShort = ex;
		}
		return chunk.await(cutShort);
	}

	/** Which database the term is of. */
	private String database() {
		return this.jdbc.sql("select id from owner.identity").query(String.class).single();
	}

	private Message message(DueItem item, byte[] content, Term term, String database) {
		Message message = MessageBuilder.withBody(content)
			.setDeliveryMode(MessageDeliveryMode.PERSISTENT)
			.setType("work.item")
			.setMessageId(messageId(item))
			.setPriority(item.priority())
			.setHeader("X-Job", Long.toString(item.key().job()))
			.setHeader("X-Item", item.key().item())
			.setHeader("X-Attempt", item.attempt())
			.setHeader("X-Handler", item.handler())
			.setHeader("X-Parameters", item.parameters())
			.setHeader("X-Owner-Term", term.number())
			.setHeader("X-Owner-Database", database)
			// Several results may come in one message, as a JSON array.
			.setHeader("X-Results", "array")
			.build();
		this.scaling.concurrencyWanted()
			.ifPresent((items) -> message.getMessageProperties().setHeader("X-Concurrency-Wanted", items));
		return message;
	}

	/**
	 * AMQP takes 255 bytes, and an item's id may be longer. A message that the client
	 * refuses would stay due for ever, in front of all others.
	 */
	private static String messageId(DueItem item) {
		String attempt = item.key().job() + "/" + item.attempt() + "/";
		byte[] id = item.key().item().getBytes(StandardCharsets.UTF_8);
		return attempt
				+ ((attempt.length() + id.length <= MAX_MESSAGE_ID) ? item.key().item() : UUID.nameUUIDFromBytes(id));
	}

	/** Puts a message that nobody can read aside, with the reason. */
	void park(Message message, String reason) {
		Message parked = MessageBuilder.fromClonedMessage(message).setHeader("X-Reason", reason).build();
		this.rabbit.send(WorkQueues.EXCHANGE, WorkQueues.UNREADABLE_KEY, parked);
	}

	/**
	 * Messages whose confirms are awaited together.
	 */
	final class Chunk {

		private final Term term;

		private final String database;

		private final List<Sent> sent = new ArrayList<>();

		private Chunk(Term term, String database) {
			this.term = term;
			this.database = database;
		}

		/**
		 * Publishes an item.
		 * @throws AmqpException if the broker is away
		 */
		void send(DueItem item, byte[] content) {
			CorrelationData correlation = new CorrelationData();
			WorkPublisher.this.rabbit.send(WorkQueues.EXCHANGE, WorkQueues.ITEMS_KEY,
					WorkPublisher.this.message(item, content, this.term, this.database), correlation);
			this.sent.add(new Sent(item, correlation));
		}

		private Published await(@Nullable RuntimeException cutShort) throws InterruptedException {
			long deadline = System.nanoTime() + WorkPublisher.this.timeout.toNanos();
			Published published = new Published(new ArrayList<>(), new ArrayList<>(), cutShort);
			boolean refused = false;
			for (Sent message : this.sent) {
				Outcome outcome = outcome(message.correlation(), deadline);
				count(outcome);
				refused |= outcome == Outcome.RETURNED || outcome == Outcome.NACKED;
				((outcome == Outcome.CONFIRMED) ? published.taken() : published.notTaken()).add(message.item());
			}
			if (refused) {
				// RabbitMQ returns what has no queue and confirms it; Qpid refuses it
				// first.
				log.warn("The broker refused items; declaring the queues again in case they are gone");
				WorkPublisher.this.admin.initialize();
			}
			return published;
		}

		private static Outcome outcome(CorrelationData correlation, long deadline) throws InterruptedException {
			try {
				CorrelationData.Confirm confirm = correlation.getFuture()
					.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
				if (correlation.getReturned() != null) {
					return Outcome.RETURNED;
				}
				return confirm.ack() ? Outcome.CONFIRMED : Outcome.NACKED;
			}
			catch (TimeoutException | ExecutionException ex) {
				return Outcome.UNCONFIRMED;
			}
		}

	}

	private enum Outcome {

		CONFIRMED, RETURNED, NACKED, UNCONFIRMED

	}

	private record Sent(DueItem item, CorrelationData correlation) {
	}

	/**
	 * What became of a chunk.
	 *
	 * @param taken items that stand in the queue
	 * @param notTaken items that may not
	 * @param cutShort why the items that are in neither list were not sent, if there are
	 * any
	 */
	record Published(List<DueItem> taken, List<DueItem> notTaken, @Nullable RuntimeException cutShort) {
	}

}
