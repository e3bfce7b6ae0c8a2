package dev.bootpatterns.owner.scaling;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a job, counted from its items.
 *
 * @param job the job
 * @param state where it is
 * @param now when that was, by the database's clock
 * @param finishedAt until when it went
 * @param finishBy when it is wanted to be over
 * @param backlog items that have not ended
 * @param longestOrder how many of them wait for one another, in the longest order; at
 * least 1 while there are any
 * @param parallel how many of them may be worked on at once
 * @param enqueued items enqueued in a second, over the last minute
 * @param ended items that ended in a second, over the last minute
 * @param samples how many of the items that ended last say how long they took
 * @param meanMs how long an attempt took
 * @param p95Ms how long all but the longest twentieth took at most
 * @param attempts how many an item needed
 * @param workers who reports, of this job or another
 */
record Measured(long job, String state, Instant now, @Nullable Instant finishedAt, @Nullable Instant finishBy,
		long backlog, long longestOrder, long parallel, double enqueued, double ended, long samples, double meanMs,
		double p95Ms, double attempts, List<Workers.Worker> workers) {

	boolean isOver() {
		return this.finishedAt != null;
	}

	boolean isListing() {
		return "LISTING".equals(this.state);
	}

	/** How long an item takes, all its attempts together. */
	double itemSeconds() {
		return this.meanMs * this.attempts / 1000;
	}

	int slots() {
		return this.workers.stream().mapToInt(Workers.Worker::concurrency).sum();
	}

}
