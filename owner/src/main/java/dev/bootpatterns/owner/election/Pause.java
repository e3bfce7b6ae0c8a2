package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Waiting, as something that can be ended early and that a test can replace.
 */
@FunctionalInterface
interface Pause {

	/**
	 * Waits.
	 * @param duration how long at most
	 * @throws InterruptedException if the thread was interrupted
	 */
	void await(Duration duration) throws InterruptedException;

	/** Ends the wait that is under way, or else the next one. */
	default void end() {
	}

	/** One that waits on the system's clock. */
	static Pause real() {
		Semaphore ended = new Semaphore(0);
		return new Pause() {

			@Override
			public void await(Duration duration) throws InterruptedException {
				if (ended.tryAcquire(duration.toNanos(), TimeUnit.NANOSECONDS)) {
					ended.drainPermits();
				}
			}

			@Override
			public void end() {
				ended.release();
			}

		};
	}

}
