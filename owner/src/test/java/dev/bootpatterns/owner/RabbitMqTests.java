package dev.bootpatterns.owner;

import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container;
import org.testcontainers.rabbitmq.RabbitMQContainer;

@EnabledIf(value = "dockerRuns",
		disabledReason = "there is no Docker here: the contract is tested on the embedded broker only")
class RabbitMqTests extends BrokerContract {

	static boolean dockerRuns() {
		return DockerClientFactory.instance().isDockerAvailable();
	}

	@Override
	TestBroker startBroker() {
		RabbitMQContainer container = new RabbitMQContainer("rabbitmq:4-management");
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

}
