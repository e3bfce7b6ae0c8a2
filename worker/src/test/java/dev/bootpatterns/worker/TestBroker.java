package dev.bootpatterns.worker;

/**
 * A broker under the contract tests.
 */
interface TestBroker extends AutoCloseable {

	/**
	 * The AMQP port on the loopback interface; the same after a restart.
	 */
	int port();

	/**
	 * Stops it and starts it again; connections break.
	 */
	void restart() throws Exception;

	/**
	 * Whether messages outlive a restart.
	 */
	boolean durable();

	@Override
	void close();

}
