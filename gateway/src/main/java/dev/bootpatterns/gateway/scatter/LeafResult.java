package dev.bootpatterns.gateway.scatter;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A shard's outcome, and how it came about.
 *
 * @param shard the shard
 * @param outcome what came of it
 * @param attempts the calls to its replicas, in the order in which they began
 * @param end when it was known, by {@link System#nanoTime()}
 */
record LeafResult(int shard, LeafOutcome outcome, List<Attempt> attempts, long end) {

	LeafResult {
		attempts = List.copyOf(attempts);
	}

	boolean wasHedged() {
		return this.attempts.stream()
			.anyMatch((attempt) -> attempt.reason() == Reason.HEDGE || attempt.reason() == Reason.TIED);
	}

	/**
	 * A call to a replica.
	 *
	 * @param replica its name
	 * @param reason why it was made
	 * @param start when it was made
	 * @param end when it was over
	 * @param times what the replica said of it, if it answered
	 * @param outcome {@code answered}, {@code cancelled}, or why it failed
	 */
	record Attempt(String replica, Reason reason, long start, long end, @Nullable LeafTimes times, String outcome) {
	}

	/** Why a replica was asked. */
	enum Reason {

		/** It was the first choice. */
		FIRST,

		/** The one before was late. */
		HEDGE,

		/** It is the other of two copies that know of each other. */
		TIED,

		/** The one before failed. */
		RETRY

	}

}
