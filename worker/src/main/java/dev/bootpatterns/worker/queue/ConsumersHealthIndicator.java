package dev.bootpatterns.worker.queue;

import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionListener;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/**
 * Ready means that items are being taken, not merely that a port answers. Watches the
 * connection instead of trying one with every question, as Boot's own indicator does: a
 * broker that is away would be asked, and a stack trace logged, by every probe.
 */
@Component
class ConsumersHealthIndicator extends AbstractHealthIndicator implements ConnectionListener {

	private final RabbitListenerEndpointRegistry listeners;

	private volatile boolean connected;

	ConsumersHealthIndicator(RabbitListenerEndpointRegistry listeners, ConnectionFactory connections) {
		super("Consumers cannot be counted");
		this.listeners = listeners;
		connections.addConnectionListener(this);
	}

	@Override
	public void onCreate(@Nullable Connection connection) {
		this.connected = true;
	}

	@Override
	public void onShutDown(ShutdownSignalException signal) {
		this.connected = false;
	}

	@Override
	public void onClose(Connection connection) {
		this.connected = false;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		int consumers = (this.listeners
			.getListenerContainer(ItemListener.LISTENER_ID) instanceof SimpleMessageListenerContainer container
				&& container.isRunning()) ? container.getActiveConsumerCount() : 0;
		boolean consuming = this.connected && consumers > 0;
		(consuming ? builder.up() : builder.outOfService()).withDetail("connected", this.connected)
			.withDetail("consumers", consumers);
	}

}
