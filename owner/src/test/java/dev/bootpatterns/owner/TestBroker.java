package dev.bootpatterns.owner;

/**
 * A broker that the contract runs on: {@code guest}, {@code guest} on 127.0.0.1.
 */
interface TestBroker extends AutoCloseable {

	int port();

	/** Connections break, and the broker comes back on the same port. */
	void restart() throws Exception;

	@Override
	void close();

}
