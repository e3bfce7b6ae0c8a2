package dev.bootpatterns.worker;

class EmbeddedBrokerTests extends BrokerContract {

	@Override
	TestBroker startBroker() {
		return new EmbeddedTestBroker();
	}

}
