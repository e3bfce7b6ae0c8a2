package dev.bootpatterns.shard.admission;

import java.util.Locale;

import org.springframework.http.HttpStatusCode;

/**
 * Why a search has no answer.
 */
enum Reason {

	/** It is refused: too many wait. */
	QUEUE_FULL(503, true),

	/** It is refused: nobody waits any more. */
	BUDGET(504, true),

	/** It is refused: it would not be done in time. */
	ESTIMATE(504, true),

	/** It is refused: another one that is here has its id. */
	DUPLICATE(400, true),

	/** It was stopped, while it waited or ran: the time is up. */
	DEADLINE(504, false),

	/**
	 * It was stopped, or came too late to begin: somebody said so. Not 503: the replica
	 * is well, and a router must see the difference. (499 is how nginx logs it.)
	 */
	CANCELLED(499, false);

	private final int status;

	private final boolean refused;

	Reason(int status, boolean refused) {
		this.status = status;
		this.refused = refused;
	}

	HttpStatusCode status() {
		return HttpStatusCode.valueOf(this.status);
	}

	/** Whether the search was not let in at all. */
	boolean isRefusal() {
		return this.refused;
	}

	String tag() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
