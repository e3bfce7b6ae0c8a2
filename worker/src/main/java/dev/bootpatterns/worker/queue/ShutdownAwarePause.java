package dev.bootpatterns.worker.queue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.bootpatterns.worker.Pause;

import org.springframework.context.ApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Ends every wait when the application context begins to close, which is before the
 * listener is told to stop.
 */
@Component
class ShutdownAwarePause implements Pause {

	private final CountDownLatch stopping = new CountDownLatch(1);

	private final ApplicationContext context;

	ShutdownAwarePause(ApplicationContext context) {
		this.context = context;
	}

	@Override
	public void await(Duration duration) throws InterruptedException {
		if (this.stopping.await(Math.max(0, duration.toNanos()), TimeUnit.NANOSECONDS)) {
			throw new InterruptedException("the worker stops");
		}
	}

	boolean stopping() {
		return this.stopping.getCount() == 0;
	}

	@EventListener
	void on(ContextClosedEvent event) {
		// The management server's context, a child, passes its events up.
		if (this.context.equals(event.getApplicationContext())) {
			this.stopping.countDown();
		}
	}

}
