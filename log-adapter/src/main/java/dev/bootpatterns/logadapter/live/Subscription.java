package dev.bootpatterns.logadapter.live;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One who follows. What was not fetched is kept up to a bound, then the oldest is dropped
 * and counted: a slow reader holds up nobody.
 */
final class Subscription {

	private static final int MAX_BATCH = 256;

	private final EntryFilter filter;

	private final BoundedEntries entries;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private long dropped;

	private boolean closed;

	Subscription(EntryFilter filter, BoundedEntries entries) {
		this.filter = filter;
		this.entries = entries;
	}

	/**
	 * Offers an entry.
	 * @param entry the entry
	 * @return how many were dropped for it
	 */
	int offer(Published entry) {
		if (!this.filter.accepts(entry)) {
			return 0;
		}
		this.lock.lock();
		try {
			int gone = this.entries.add(entry);
			this.dropped += gone;
			this.changed.signal();
			return gone;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits for entries.
	 * @param timeout the longest to wait
	 * @return what came, or nothing
	 * @throws InterruptedException if interrupted
	 */
	Batch take(Duration timeout) throws InterruptedException {
		long remaining = timeout.toNanos();
		this.lock.lock();
		try {
			while (this.entries.isEmpty() && !this.closed && remaining > 0) {
				remaining = this.changed.awaitNanos(remaining);
			}
			List<Published> taken = new ArrayList<>();
			for (Published entry = this.entries.poll(); entry != null; entry = this.entries.poll()) {
				taken.add(entry);
				if (taken.size() == MAX_BATCH) {
					break;
				}
			}
			Batch batch = new Batch(taken, this.dropped, this.closed);
			this.dropped = 0;
			return batch;
		}
		finally {
			this.lock.unlock();
		}
	}

	void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.changed.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What came.
	 *
	 * @param entries the entries
	 * @param dropped how many were dropped before them
	 * @param closed whether there will be no more
	 */
	record Batch(List<Published> entries, long dropped, boolean closed) {
	}

}
