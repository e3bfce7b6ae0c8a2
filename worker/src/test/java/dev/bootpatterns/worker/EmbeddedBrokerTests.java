package dev.bootpatterns.worker;

class EmbeddedBrokerTests extends BrokerContract {

	@Override
	TestBroker startBroker() throws Exception {
		return new EmbeddedBroker();
	}

}
