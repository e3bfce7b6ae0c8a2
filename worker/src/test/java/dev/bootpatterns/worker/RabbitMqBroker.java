package dev.bootpatterns.worker;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

import org.testcontainers.containers.Container;
import org.testcontainers.rabbitmq.RabbitMQContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * RabbitMQ in a container. A restart is that of the broker within its Erlang VM, so that
 * the mapped port stays.
 */
class RabbitMqBroker implements TestBroker {

	private final RabbitMQContainer container;

	RabbitMqBroker() throws IOException {
		this.container = new RabbitMQContainer(image());
		this.container.start();
	}

	/** The one that Compose runs; as there, a variable of the shell wins. */
	private static DockerImageName image() throws IOException {
		Properties images = new Properties();
		try (Reader env = Files.newBufferedReader(Path.of("..", ".env"))) {
			images.load(env);
		}
		return DockerImageName
			.parse(System.getenv().getOrDefault("RABBITMQ_IMAGE", images.getProperty("RABBITMQ_IMAGE")))
			.asCompatibleSubstituteFor("rabbitmq");
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
