package dev.bootpatterns.local.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A rhythm for loops that look at something elsewhere, such as another process's file,
 * which cannot be waited for. The first tick comes at once.
 */
public final class Ticks implements AutoCloseable {

	private final Duration interval;

	private final CountDownLatch closed = new CountDownLatch(1);

	private boolean first = true;

	public Ticks(Duration interval) {
		this.interval = interval;
	}

	/**
	 * Waits for the next tick.
	 * @return false when it was closed, or the thread interrupted
	 */
	public boolean next() {
		if (this.first) {
			this.first = false;
			return true;
		}
		try {
			return !this.closed.await(this.interval.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Override
	public void close() {
		this.closed.countDown();
	}

}
