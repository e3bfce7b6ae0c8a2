package dev.bootpatterns.worker.queue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Says again and again that an item is being handled, until closed: the owner takes an
 * item of which it has heard nothing for its item timeout for lost, and sends it again.
 */
final class Heartbeat implements AutoCloseable {

	private final CountDownLatch over = new CountDownLatch(1);

	Heartbeat(Duration interval, Runnable beat) {
		Thread.ofVirtual().name("heartbeat").start(() -> {
			try {
				while (!this.over.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
					beat.run();
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
	}

	@Override
	public void close() {
		this.over.countDown();
	}

}
