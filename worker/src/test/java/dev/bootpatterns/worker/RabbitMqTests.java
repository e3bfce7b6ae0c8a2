package dev.bootpatterns.worker;

import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "dev.bootpatterns.worker.RabbitMqBroker#dockerRuns",
		disabledReason = "there is no Docker here: the contract is tested on the embedded broker only")
class RabbitMqTests extends BrokerContract {

	@Override
	TestBroker startBroker() throws Exception {
		return new RabbitMqBroker();
	}

}
