package dev.bootpatterns.owner.jobs;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What became of an attempt.
 *
 * @param key the item
 * @param attempt which attempt, from 1
 * @param outcome what became of it
 * @param reason why it failed, for people; bounded
 * @param worker who says so; bounded
 * @param tookMs how long it took, in milliseconds
 * @param output what it has led to, if it is DONE and said so; bounded
 * @param emissions what is to go on to the next stages, if it is DONE and in a pipeline;
 * null: the output, if there is one
 */
@SuppressWarnings("ArrayRecordComponent")
record Result(ItemKey key, int attempt, Outcome outcome, @Nullable String reason, @Nullable String worker,
		@Nullable Long tookMs, byte @Nullable [] output, @Nullable List<Emission> emissions) {

	private static final int MAX_REASON = 1000;

	private static final int MAX_WORKER = 100;

	Result {
		reason = shorten(reason, MAX_REASON);
		worker = shorten(worker, MAX_WORKER);
	}

	/** The same attempt, but it never will. */
	Result rejected(String problem) {
		return new Result(this.key, this.attempt, Outcome.REJECTED, problem, this.worker, this.tookMs, null, null);
	}

	private static @Nullable String shorten(@Nullable String text, int length) {
		if (text == null) {
			return null;
		}
		String plain = text.replace('\0', ' ');
		return (plain.length() <= length) ? plain : plain.substring(0, length - 1) + "…";
	}

	/**
	 * Outcomes.
	 */
	enum Outcome {

		/** A worker began. */
		STARTED,
		/** The effect has happened. */
		DONE,
		/** It did not, and may the next time. */
		FAILED,
		/**
		 * It was refused, because the term that the attempt was sent under is over. That
		 * is not the item's fault: it is sent again and has lost no attempt.
		 */
		STALE,
		/**
		 * It was delivered again: whoever had it before ended, or lost the broker,
		 * without a report. If that had begun, the attempt failed, or an item that kills
		 * its workers would be tried for ever; if not, it has lost none.
		 */
		INTERRUPTED,
		/** A worker that stops gives it back. It has lost no attempt. */
		RETURNED,
		/** It never will. */
		REJECTED;

		boolean costsNoAttempt() {
			return this == STALE || this == RETURNED;
		}

	}

}
