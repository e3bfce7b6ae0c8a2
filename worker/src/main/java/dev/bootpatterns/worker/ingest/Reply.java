package dev.bootpatterns.worker.ingest;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What a target answered.
 *
 * @param status the HTTP status
 * @param retryAfter how long it wants to be left alone, if it says so
 * @param problem its problem's title and detail, or the status's name
 */
record Reply(int status, Optional<Duration> retryAfter, String problem) {

	/**
	 * Says nothing about the document: request timeout, misdirected (the shards are
	 * moving), too early, too many, and a gateway's own trouble.
	 */
	private static final Set<Integer> PASSING = Set.of(408, 421, 425, 429, 502, 503, 504);

	boolean success() {
		return this.status >= 200 && this.status < 300;
	}

	boolean passing() {
		return PASSING.contains(this.status);
	}

	/**
	 * Whether another owner has been elected than the one that sent the item: no try with
	 * its term can succeed, and the document is not at fault.
	 */
	boolean stale() {
		return this.status == 409;
	}

	boolean refusal() {
		return this.status >= 400 && this.status < 500 && !passing() && !stale();
	}

	/**
	 * Whether the target itself is in trouble, which its circuit breaker must know.
	 */
	boolean targetFault() {
		return this.status >= 500;
	}

	String summary() {
		return "%d %s".formatted(this.status, this.problem);
	}

}
