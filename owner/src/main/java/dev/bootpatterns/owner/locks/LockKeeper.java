package dev.bootpatterns.owner.locks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Does what time brings: writes down that grants are over, tells watchers what happened,
 * deletes names that nobody uses. Every replica does it, so that it needs no election;
 * each step is right however many do it at once.
 * <p>
 * Nothing depends on its being in time: whether a grant is in force is decided by the
 * database's clock when somebody asks.
 */
@Component
class LockKeeper implements SmartLifecycle {

	private static final Log log = LogFactory.getLog(LockKeeper.class);

	private static final int AT_ONCE = 100;

	private final LockStore locks;

	private final LockWatch watch;

	private final LockProperties properties;

	private volatile CountDownLatch stopping = new CountDownLatch(1);

	private volatile boolean running;

	LockKeeper(LockStore locks, LockWatch watch, LockProperties properties) {
		this.locks = locks;
		this.watch = watch;
		this.properties = properties;
	}

	@Override
	public void start() {
		CountDownLatch stop = new CountDownLatch(1);
		this.stopping = stop;
		this.running = true;
		this.watch.open();
		Thread.ofVirtual().name("lock-keeper").start(() -> run(stop));
	}

	private void run(CountDownLatch stop) {
		boolean failed = false;
		try {
			while (!stop.await(this.properties.poll().toMillis(), TimeUnit.MILLISECONDS)) {
				try {
					this.locks.expire(AT_ONCE);
					this.watch.poll();
					this.locks.forget(this.properties.keep(), AT_ONCE);
					failed = false;
				}
				catch (RuntimeException ex) {
					// Once: it may last.
					if (!failed) {
						log.warn("Locks are not looked after", ex);
					}
					failed = true;
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void stop() {
		this.running = false;
		this.stopping.countDown();
		this.watch.close();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Watchers end before the web server begins its graceful stop, which waits for them.
	 */
	@Override
	public int getPhase() {
		return Integer.MAX_VALUE - 100;
	}

}
