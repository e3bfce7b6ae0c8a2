package dev.bootpatterns.worker;

import java.io.IOException;

import org.testcontainers.containers.Container;
import org.testcontainers.rabbitmq.RabbitMQContainer;

/**
 * RabbitMQ in a container. A restart is that of the broker within its Erlang VM, so that
 * the mapped port stays.
 */
class RabbitMqBroker implements TestBroker {

	private final RabbitMQContainer container = new RabbitMQContainer("rabbitmq:4-management");

	RabbitMqBroker() {
		this.container.start();
	}

	@Override
	public int port() {
		return this.container.getAmqpPort();
	}

	@Override
	public void restart() throws Exception {
		control("stop_app");
		control("start_app");
	}

	private void control(String command) throws IOException, InterruptedException {
		Container.ExecResult result = this.container.execInContainer("rabbitmqctl", command);
		if (result.getExitCode() != 0) {
			throw new IllegalStateException(command + ": " + result);
		}
	}

	@Override
	public boolean durable() {
		return true;
	}

	@Override
	public void close() {
		this.container.stop();
	}

}
