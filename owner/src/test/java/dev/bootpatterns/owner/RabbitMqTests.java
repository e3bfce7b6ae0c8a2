package dev.bootpatterns.owner;

import java.io.IOException;

import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "dev.bootpatterns.owner.RabbitMqBroker#dockerRuns",
		disabledReason = "there is no Docker here: the contract is tested on the embedded broker only")
class RabbitMqTests extends BrokerContract {

	@Override
	TestBroker startBroker() throws IOException {
		return new RabbitMqBroker();
	}

}
