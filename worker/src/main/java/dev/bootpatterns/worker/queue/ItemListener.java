package dev.bootpatterns.worker.queue;

import java.io.IOException;
import java.time.Duration;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.WorkItem;
import io.micrometer.core.instrument.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.stereotype.Component;

/**
 * Settles each item after everything else about it is safe.
 * <p>
 * The order is effect, report, confirm of the report, ack. Dying between any two of them
 * makes the broker deliver the item again, so an item is never lost; the price is that
 * its effect and its report may happen again, which handlers (see
 * {@link dev.bootpatterns.worker.WorkHandler}) and the owner must bear. The opposite
 * order would make the price a lost item, and a transaction over broker and gateway does
 * not exist.
 * <p>
 * <b>What is delivered again is not handled again.</b> Whoever had it may be dead because
 * of it, and brokers count deliveries in ways of their own, or not at all. So it is
 * reported as interrupted, and the owner, who knows whether it had begun, counts the
 * attempt and sends it as the next one, or gives it up. That it had begun is published on
 * the channel that it came by: the broker sees it before it sees that channel end.
 * <p>
 * An item that this worker stops at is reported as returned. It goes back to the queue
 * only if that, or its outcome, cannot be reported, or if the worker errs; with a pause
 * in front, so that a broken broker is not hammered. It is nacked, not rejected, for
 * RabbitMQ from 4.3 counts a reject against the item's delivery limit.
 */
@Component
class ItemListener {

	static final String LISTENER_ID = "items";

	private static final Logger logger = LoggerFactory.getLogger(ItemListener.class);

	private static final Duration PAUSE_BEFORE_RETURN = Duration.ofSeconds(1);

	private final ItemReader reader;

	private final Handlers handlers;

	private final Reporter reporter;

	private final ConfirmedPublisher publisher;

	private final OwnerTerms terms;

	private final Pace pace;

	private final WorkMetrics metrics;

	private final ShutdownAwarePause pause;

	private final Clock clock;

	private final Duration heartbeat;

	ItemListener(ItemReader reader, Handlers handlers, Reporter reporter, ConfirmedPublisher publisher,
			OwnerTerms terms, Pace pace, WorkMetrics metrics, ShutdownAwarePause pause, Clock clock,
			QueueProperties properties) {
		this.reader = reader;
		this.handlers = handlers;
		this.reporter = reporter;
		this.publisher = publisher;
		this.terms = terms;
		this.pace = pace;
		this.metrics = metrics;
		this.pause = pause;
		this.clock = clock;
		this.heartbeat = properties.heartbeat();
	}

	@RabbitListener(id = LISTENER_ID, queues = WorkQueues.ITEMS, ackMode = "MANUAL")
	void onMessage(Message message, Channel channel) {
		if (this.pause.stopping()) {
			// Unsettled: the container closes the channel now, and the broker has it
			// back.
			this.metrics.returned("stopping");
			return;
		}
		long tag = message.getMessageProperties().getDeliveryTag();
		this.metrics.begun();
		try {
			process(message, channel);
			settle(() -> channel.basicAck(tag, false));
		}
		catch (InterruptedException _) {
			giveBack("interrupted", channel, tag);
		}
		catch (UnconfirmedException ex) {
			logger.warn("Giving an item back: its outcome cannot be reported", ex);
			giveBack("unconfirmed", channel, tag);
		}
		catch (RuntimeException ex) {
			logger.error("Giving an item back after an error of the worker itself", ex);
			giveBack("error", channel, tag);
		}
		finally {
			this.metrics.over();
		}
	}

	private void process(Message message, Channel channel) throws UnconfirmedException, InterruptedException {
		try {
			WorkItem item = this.reader.read(message);
			this.reporter.heard(message);
			if (Boolean.TRUE.equals(message.getMessageProperties().isRedelivered())) {
				this.metrics.redelivered();
				this.reporter.interrupted(item);
			}
			else {
				work(item, message, channel);
			}
		}
		catch (UnreadableException ex) {
			logger.warn("Parking a message that is no item: {}", ex.getMessage());
			this.publisher.publish(WorkQueues.UNREADABLE_KEY,
					MessageBuilder.fromClonedMessage(message).setHeader("X-Reason", ex.getMessage()).build());
			this.metrics.parked(ex.header());
		}
	}

	private void work(WorkItem item, Message message, Channel channel)
			throws UnconfirmedException, InterruptedException {
		if (this.terms.isOver(item.ownerDatabase(), item.ownerTerm())) {
			logger.warn("Refusing item {} of job {}: its owner's term {} is over", item.id(), item.job(),
					item.ownerTerm());
			this.metrics.refused();
			// Not silently: it may be due all the same, and the owner that is in force
			// sends it again.
			this.reporter.ended(item, Outcome.stale("the owner's term %d is over".formatted(item.ownerTerm())),
					Duration.ZERO);
			return;
		}
		this.pace.heard(message);
		this.reporter.started(item, channel);
		long start = this.clock.monotonicTime();
		Outcome outcome;
		try (Heartbeat _ = new Heartbeat(this.heartbeat, () -> this.reporter.started(item, channel))) {
			outcome = this.handlers.handle(item);
		}
		catch (InterruptedException _) {
			// The flag stays clear: a virtual thread with it set would close the broker's
			// socket as soon as it writes to it.
			this.reporter.returned(item);
			this.metrics.returned("interrupted");
			return;
		}
		Duration took = Duration.ofNanos(this.clock.monotonicTime() - start);
		this.handlers.record(item, outcome, took);
		logger.debug("Item {} of job {}, attempt {}: {}", item.id(), item.job(), item.attempt(), outcome);
		this.reporter.ended(item, outcome, took);
	}

	private void giveBack(String why, Channel channel, long tag) {
		try {
			if (channel.isOpen()) {
				this.pause.await(PAUSE_BEFORE_RETURN);
			}
			this.metrics.returned(why);
			settle(() -> channel.basicNack(tag, false, true));
		}
		catch (InterruptedException ex) {
			// A nack would make the broker deliver it here again, until the channel
			// closes.
			logger.debug("Stopping: the item goes back with the channel", ex);
			this.metrics.returned("stopping");
		}
	}

	private void settle(Settlement settlement) {
		try {
			settlement.settle();
		}
		catch (IOException | AmqpException | AlreadyClosedException ex) {
			// The channel is gone, and with it the broker has taken the item back.
			this.metrics.returned("connection");
			logger.warn("An item could not be settled; the broker will deliver it again", ex);
		}
	}

	@FunctionalInterface
	private interface Settlement {

		void settle() throws IOException;

	}

}
