package dev.bootpatterns.shard.search;

import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import dev.bootpatterns.sharding.SlotSet;
import dev.bootpatterns.sharding.Slots;

/**
 * The slots that are known to have changed since the follower last looked. However many
 * changes there are, it holds one bit a slot: it needs no bound, and changes to one slot
 * coalesce.
 */
final class DirtySlots {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition news = this.lock.newCondition();

	private final BitSet slots = new BitSet(Slots.COUNT);

	private boolean closed;

	void mark(SlotSet marked) {
		locked(() -> marked.stream().forEach(this.slots::set));
	}

	/** Ends every wait, now and later. */
	void close() {
		locked(() -> this.closed = true);
	}

	boolean isClosed() {
		this.lock.lock();
		try {
			return this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes all marks, waiting for the first.
	 * @param timeout how long to wait at most
	 * @return the slots that were marked; none after the time is up
	 * @throws InterruptedException if the thread is interrupted
	 */
	SlotSet take(Duration timeout) throws InterruptedException {
		this.lock.lock();
		try {
			long nanos = timeout.toNanos();
			while (this.slots.isEmpty() && !this.closed && nanos > 0) {
				nanos = this.news.awaitNanos(nanos);
			}
			SlotSet taken = SlotSet.of(this.slots.stream());
			this.slots.clear();
			return taken;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Lets marks gather.
	 * @param duration how long, unless it is closed
	 * @throws InterruptedException if the thread is interrupted
	 */
	void gather(Duration duration) throws InterruptedException {
		this.lock.lock();
		try {
			long nanos = duration.toNanos();
			while (!this.closed && nanos > 0) {
				nanos = this.news.awaitNanos(nanos);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void locked(Runnable change) {
		this.lock.lock();
		try {
			change.run();
			this.news.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

}
