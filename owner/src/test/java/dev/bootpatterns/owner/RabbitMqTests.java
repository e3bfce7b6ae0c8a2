package dev.bootpatterns.owner;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container;
import org.testcontainers.rabbitmq.RabbitMQContainer;
import org.testcontainers.utility.DockerImageName;

@EnabledIf(value = "dockerRuns",
		disabledReason = "there is no Docker here: the contract is tested on the embedded broker only")
class RabbitMqTests extends BrokerContract {

	static boolean dockerRuns() {
		return DockerClientFactory.instance().isDockerAvailable();
	}

	@Override
	TestBroker startBroker() throws IOException {
		RabbitMQContainer container = new RabbitMQContainer(image());
		container.start();
		return new TestBroker() {

			@Override
			public int port() {
				return container.getAmqpPort();
			}

			// Within its Erlang VM, so that the mapped port stays.
			@Override
			public void restart() throws Exception {
				for (String command : new String[] { "stop_app", "start_app" }) {
					Container.ExecResult result = container.execInContainer("rabbitmqctl", command);
					if (result.getExitCode() != 0) {
						throw new IllegalStateException(command + ": " + result);
					}
				}
			}

			@Override
			public void close() {
				container.stop();
			}

		};
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

}
