package dev.bootpatterns.worker.queue;

import org.springframework.amqp.rabbit.config.ContainerCustomizer;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.backoff.ExponentialBackOff;
import org.springframework.util.unit.DataSize;

/**
 * What Boot has no property for.
 */
@Configuration(proxyBeanMethods = false)
class ListenerConfiguration {

	private static final long FIRST_RECONNECT_MILLIS = 500;

	private static final long LAST_RECONNECT_MILLIS = 10_000;

	/**
	 * What is left of the shutdown phase for settling, after handlers had their share.
	 */
	private static final long SETTLING_MILLIS = 1_000;

	/**
	 * One consumer more after two items in a row, and a second at the earliest. The
	 * default of ten items and ten seconds is for items that take milliseconds.
	 */
	private static final int ITEMS_BEFORE_GROWTH = 2;

	private static final long GROWTH_MILLIS = 1_000;

	/** One less that had nothing to do for ten seconds, every ten seconds. */
	private static final long SHRINKING_MILLIS = 10_000;

	/**
	 * A message over the client's limit ends the connection, each time that it is
	 * delivered. So that limit is well above the worker's own, which ends only the item.
	 */
	ListenerConfiguration(QueueProperties worker, RabbitProperties client) {
		DataSize limit = client.getMaxInboundMessageBodySize();
		long largest = limit.toBytes() / 2;
		if (worker.maxContent().toBytes() < 1 || worker.maxContent().toBytes() > largest) {
			throw new IllegalStateException(
					"worker.max-content (%s) must be between 1B and %dB, half of spring.rabbitmq.max-inbound-message-body-size (%s)"
						.formatted(worker.maxContent(), largest, limit));
		}
	}

	@Bean
	ContainerCustomizer<SimpleMessageListenerContainer> itemsContainer(LifecycleProperties lifecycle) {
		long phase = lifecycle.getTimeoutPerShutdownPhase().toMillis();
		return (container) -> {
			ExponentialBackOff reconnect = new ExponentialBackOff(FIRST_RECONNECT_MILLIS, 2);
			reconnect.setMaxInterval(LAST_RECONNECT_MILLIS);
			container.setRecoveryBackOff(reconnect);
			// It is the consumer itself that ends, between two items, so none is
			// interrupted.
			container.setConsecutiveActiveTrigger(ITEMS_BEFORE_GROWTH);
			container.setStartConsumerMinInterval(GROWTH_MILLIS);
			container.setStopConsumerMinInterval(SHRINKING_MILLIS);
			// The default of 5 s would interrupt items that may still finish in time.
			container.setShutdownTimeout(Math.max(phase / 2, phase - SETTLING_MILLIS));
			// A password being rotated must not end consumption for good.
			container.setPossibleAuthenticationFailureFatal(false);
		};
	}

}
