package dev.bootpatterns.worker.ingest;

/**
 * How one try to call a target went.
 */
sealed interface Attempt {

	/**
	 * The target answered.
	 *
	 * @param reply what it said
	 */
	record Answered(Reply reply) implements Attempt {
	}

	/**
	 * It did not: no connection, or no answer within the time limit.
	 *
	 * @param reason in a few words
	 */
	record Unanswered(String reason) implements Attempt {
	}

	/**
	 * It was not even asked: its circuit breaker is open or its bulkhead full.
	 *
	 * @param reason in a few words
	 */
	record NotPermitted(String reason) implements Attempt {
	}

}
