package dev.bootpatterns.local.supervise;

import dev.bootpatterns.local.state.ProcessState;

/**
 * Something that the supervisor hosts and the services need: the database, the broker.
 */
public interface BackingService extends AutoCloseable {

	/**
	 * What services name when they wait for it.
	 * @return {@code postgres} or {@code amqp}
	 */
	String name();

	/**
	 * Starts it, and returns when it can be used.
	 */
	void start();

	/**
	 * Starts it again if it has ended without being asked to. May take a while.
	 * @return whether it was started again
	 */
	default boolean revive() {
		return false;
	}

	/**
	 * What {@code status} shows.
	 * @return its line
	 */
	ProcessState snapshot();

	/**
	 * Ends it; also when it was never started.
	 */
	@Override
	void close();

}
