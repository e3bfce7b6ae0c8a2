package dev.bootpatterns.worker;

import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.DockerClientFactory;

@EnabledIf(value = "dockerRuns",
		disabledReason = "there is no Docker here: the contract is tested on the embedded broker only")
class RabbitMqTests extends BrokerContract {

	static boolean dockerRuns() {
		return DockerClientFactory.instance().isDockerAvailable();
	}

	@Override
	TestBroker startBroker() throws Exception {
		return new RabbitMqBroker();
	}

}
