package dev.bootpatterns.owner;

import dev.bootpatterns.broker.EmbeddedBroker;

/** Messages and queues are gone after its restart, which is the harder case. */
class EmbeddedBrokerTests extends BrokerContract {

	@Override
	TestBroker startBroker() {
		EmbeddedBroker broker = EmbeddedBroker.onFreePort();
		return new TestBroker() {

			@Override
			public int port() {
				return broker.port();
			}

			@Override
			public void restart() {
				broker.restart();
			}

			@Override
			public void close() {
				broker.close();
			}

		};
	}

}
