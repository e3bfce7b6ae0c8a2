package dev.bootpatterns.owner.jobs;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Knows for how long a queue has been empty, from looks at it. Messages that a worker has
 * fetched and not begun are not in the queue any more, so it must have been empty for as
 * long as an item may be without news before an item can be missing.
 */
class EmptyQueue {

	private final Duration patience;

	private @Nullable Long emptySince;

	EmptyQueue(Duration patience) {
		this.patience = patience;
	}

	/**
	 * The queue was looked at.
	 * @param messages how many messages it has; negative if it did not say
	 * @param nanoTime when, in nanoseconds of a monotonic clock
	 * @return whether all looks for the whole patience found it empty
	 */
	boolean looked(long messages, long nanoTime) {
		if (messages != 0) {
			this.emptySince = null;
			return false;
		}
		Long since = this.emptySince;
		if (since == null) {
			this.emptySince = nanoTime;
			return false;
		}
		return nanoTime - since >= this.patience.toNanos();
	}

}
