package dev.bootpatterns.shard.admission;

import java.util.concurrent.locks.Condition;

import org.jspecify.annotations.Nullable;

/**
 * A search on its way through the {@link SearchQueue}: it waits, then runs, then ends; or
 * it ends before. All is guarded by the queue's lock, except that the running search asks
 * {@link #isOver()} often, from its own thread.
 */
final class Ticket {

	private final SearchQueue queue;

	private final Attempt attempt;

	private final long arrived;

	private final Condition news;

	private State state = State.WAITING;

	private long began;

	private long ended;

	private @Nullable Reason reason;

	private volatile boolean cancelled;

	Ticket(SearchQueue queue, Attempt attempt, long now, Condition news) {
		this.queue = queue;
		this.attempt = attempt;
		this.arrived = now;
		this.news = news;
	}

	Attempt attempt() {
		return this.attempt;
	}

	boolean waits() {
		return this.state == State.WAITING;
	}

	boolean runs() {
		return this.state == State.RUNNING;
	}

	void begin(long now) {
		this.state = State.RUNNING;
		this.began = now;
		this.news.signal();
	}

	/** It ends, for a reason or by itself. */
	void end(@Nullable Reason why, long now) {
		this.began = waits() ? now : this.began;
		this.ended = now;
		this.state = State.ENDED;
		this.reason = why;
		this.news.signal();
	}

	/** Makes it end soon. */
	void cancel() {
		this.cancelled = true;
	}

	/**
	 * Whether it is to stop.
	 * @return true once it was cancelled, or the time is up
	 */
	boolean isOver() {
		return this.cancelled || leftNanos(this.queue.now()) <= 0;
	}

	boolean isCancelled() {
		return this.cancelled;
	}

	long leftNanos(long now) {
		return this.attempt.deadline() - now;
	}

	/** Waits for its turn, or until it is over. */
	void await() throws InterruptedException {
		while (waits() && !isOver()) {
			var _ = this.news.awaitNanos(leftNanos(this.queue.now()));
		}
	}

	/** Why it has no answer; null while it may have one. */
	@Nullable Reason reason() {
		return this.reason;
	}

	/** How long it waited, in nanoseconds. */
	long queueNanos() {
		return this.began - this.arrived;
	}

	/** How long it ran, in nanoseconds; of one that ended. */
	long serviceNanos() {
		return this.ended - this.began;
	}

	private enum State {

		WAITING, RUNNING, ENDED

	}

}
