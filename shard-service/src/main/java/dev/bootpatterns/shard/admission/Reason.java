package dev.bootpatterns.shard.admission;

import java.util.Locale;

import org.springframework.http.HttpStatus;

/**
 * Why a search has no answer.
 */
enum Reason {

	/** It is refused: too many wait. */
	QUEUE_FULL(HttpStatus.SERVICE_UNAVAILABLE, true),

	/** It is refused: nobody waits any more. */
	BUDGET(HttpStatus.GATEWAY_TIMEOUT, true),

	/** It is refused: it would not be done in time. */
	ESTIMATE(HttpStatus.GATEWAY_TIMEOUT, true),

	/** It is refused: another one that is here has its id. */
	DUPLICATE(HttpStatus.BAD_REQUEST, true),

	/** It was stopped, while it waited or ran: the time is up. */
	DEADLINE(HttpStatus.GATEWAY_TIMEOUT, false),

	/** It was stopped, or came too late to begin: somebody said so. */
	CANCELLED(HttpStatus.SERVICE_UNAVAILABLE, false);

	private final HttpStatus status;

	private final boolean refused;

	Reason(HttpStatus status, boolean refused) {
		this.status = status;
		this.refused = refused;
	}

	HttpStatus status() {
		return this.status;
	}

	/** Whether the search was not let in at all. */
	boolean isRefusal() {
		return this.refused;
	}

	String tag() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
