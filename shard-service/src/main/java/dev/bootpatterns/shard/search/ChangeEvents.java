package dev.bootpatterns.shard.search;

import java.time.Duration;

import dev.bootpatterns.shard.documents.ChangePublisher;
import dev.bootpatterns.sharding.SlotSet;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.AnonymousQueue;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.config.ContainerCustomizer;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/**
 * Tells the replicas which slots changed, and hears it from them: the slots as
 * {@link SlotSet} writes them ({@code 17,40-42}), as text, on the fanout exchange
 * {@value #EXCHANGE}; each replica has a queue of its own.
 * <p>
 * The messages are hints. They are sent from a thread of their own, without confirmation,
 * so that neither a slow broker nor one that is down delays a write. After each message
 * the sender lets changes gather for a moment: under load one message, which every
 * replica has to read, then stands for many writes, and the first change after a pause
 * still goes at once.
 */
@Component
class ChangeEvents implements ChangePublisher, SmartLifecycle {

	static final String EXCHANGE = "documents.changed";

	private static final Logger logger = LoggerFactory.getLogger(ChangeEvents.class);

	/** How long after the broker went the listener tries again, each time. */
	private static final Duration RECOVERY = Duration.ofSeconds(1);

	/** Well below the refresh interval, so that it costs no freshness. */
	private static final Duration GATHER = Duration.ofMillis(200);

	private static final Duration IDLE = Duration.ofMinutes(1);

	private final IndexFollower follower;

	private final RabbitTemplate rabbit;

	private final DirtySlots outgoing = new DirtySlots();

	private final Counter unsent;

	private final Counter unreadable;

	private volatile @Nullable Thread sender;

	ChangeEvents(IndexFollower follower, RabbitTemplate rabbit, MeterRegistry meters) {
		this.follower = follower;
		this.rabbit = rabbit;
		this.unsent = dropped("unsent", meters);
		this.unreadable = dropped("unreadable", meters);
	}

	private static Counter dropped(String reason, MeterRegistry meters) {
		return Counter.builder("shard.events.dropped")
			.description("Change events without effect; the periodic catch-up makes up for them")
			.tag("reason", reason)
			.register(meters);
	}

	@Override
	public void changed(int slot) {
		this.follower.changed(SlotSet.of(slot));
		this.outgoing.mark(SlotSet.of(slot));
	}

	private void send() throws InterruptedException {
		boolean failing = false;
		while (!this.outgoing.isClosed()) {
			SlotSet slots = this.outgoing.take(IDLE);
			try {
				if (slots.size() > 0) {
					this.rabbit.convertAndSend(EXCHANGE, "", slots.toString());
				}
				failing = false;
			}
			catch (AmqpException ex) {
				this.unsent.increment();
				if (!failing) {
					logger.warn("Change events cannot be sent; the replicas catch up without them", ex);
				}
				failing = true;
			}
			this.outgoing.gather(GATHER);
		}
	}

	@RabbitListener(queues = "#{changesQueue.name}")
	void receive(String slots) {
		try {
			this.follower.changed(SlotSet.parse(slots));
		}
		catch (IllegalArgumentException ex) {
			this.unreadable.increment();
			logger.debug("An unreadable change event", ex);
		}
	}

	@Override
	public void start() {
		this.sender = Thread.ofVirtual().name("change-events").start(() -> {
			try {
				send();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
	}

	@Override
	public void stop() {
		this.outgoing.close();
		this.sender = null;
	}

	@Override
	public boolean isRunning() {
		return this.sender != null;
	}

	/** The exchange, and this replica's queue, which goes with its connection. */
	@Configuration(proxyBeanMethods = false)
	static class Destinations {

		@Bean
		FanoutExchange changesExchange() {
			return new FanoutExchange(EXCHANGE);
		}

		@Bean
		AnonymousQueue changesQueue() {
			return new AnonymousQueue();
		}

		@Bean
		ContainerCustomizer<SimpleMessageListenerContainer> quickRecovery() {
			return (container) -> container.setRecoveryInterval(RECOVERY.toMillis());
		}

		@Bean
		Binding changesBinding(AnonymousQueue changesQueue, FanoutExchange changesExchange) {
			return BindingBuilder.bind(changesQueue).to(changesExchange);
		}

	}

}
