package dev.bootpatterns.worker.queue;

import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/**
 * Ready means that items are being taken, not merely that a port answers.
 */
@Component
class ConsumersHealthIndicator extends AbstractHealthIndicator {

	private final RabbitListenerEndpointRegistry listeners;

	ConsumersHealthIndicator(RabbitListenerEndpointRegistry listeners) {
		super("Consumers cannot be counted");
		this.listeners = listeners;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		int consumers = (this.listeners
			.getListenerContainer(ItemListener.LISTENER_ID) instanceof SimpleMessageListenerContainer container
				&& container.isRunning()) ? container.getActiveConsumerCount() : 0;
		builder.status((consumers > 0) ? Status.UP : Status.OUT_OF_SERVICE).withDetail("consumers", consumers);
	}

}
