package dev.bootpatterns.worker;

import java.time.Duration;

/**
 * Waiting that ends when the worker stops, so that an item which is only waiting for
 * better times goes back to the queue at once instead of delaying the shutdown.
 */
@FunctionalInterface
public interface Pause {

	/**
	 * Waits.
	 * @param duration for how long; none if zero or negative
	 * @throws InterruptedException if the worker stops before the end of it, or the
	 * thread is interrupted
	 */
	void await(Duration duration) throws InterruptedException;

}
