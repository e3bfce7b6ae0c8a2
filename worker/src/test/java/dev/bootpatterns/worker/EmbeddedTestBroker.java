package dev.bootpatterns.worker;

import dev.bootpatterns.broker.EmbeddedBroker;

/**
 * The broker that {@code ./suite} runs.
 */
class EmbeddedTestBroker implements TestBroker {

	private final EmbeddedBroker broker = EmbeddedBroker.onFreePort();

	@Override
	public int port() {
		return this.broker.port();
	}

	@Override
	public void restart() {
		this.broker.restart();
	}

	@Override
	public boolean durable() {
		return false;
	}

	@Override
	public void close() {
		this.broker.close();
	}

}
