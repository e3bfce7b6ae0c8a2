package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Waiting, as something that a test can replace.
 */
@FunctionalInterface
interface Pause {

	/** Waits on the system's clock. */
	Pause REAL = (duration) -> new Semaphore(0).tryAcquire(duration.toNanos(), TimeUnit.NANOSECONDS);

	/**
	 * Waits.
	 * @param duration how long
	 * @throws InterruptedException if the thread was interrupted
	 */
	void await(Duration duration) throws InterruptedException;

}
