package dev.bootpatterns.gateway.replicas;

import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Bounds retries to a share of the requests, so that they cannot multiply the load of a
 * system that is failing under it.
 * <p>
 * A token bucket (as in Finagle's and Envoy's retry budgets): each request adds the
 * share, say 0.1, each retry takes 1. The bucket holds at most {@value #MAX_TOKENS} and
 * starts full, so that the few requests that are on their way to a replica when it dies
 * are all saved even on an idle system. Over any period, retries ≤ share × requests +
 * {@value #MAX_TOKENS}.
 */
public class RetryBudget {

	private static final int MAX_TOKENS = 50;

	private static final long UNIT = 1_000_000;

	private final long perRequest;

	private final AtomicLong tokens = new AtomicLong(MAX_TOKENS * UNIT);

	private final Counter retries;

	private final Counter refused;

	/**
	 * Starts full.
	 * @param share retries for each request
	 * @param use whose requests those are, for metrics: {@code requests}, {@code search}
	 * @param meters where it counts
	 */
	public RetryBudget(double share, String use, MeterRegistry meters) {
		this.perRequest = (long) (share * UNIT);
		this.retries = Counter.builder("gateway.retries")
			.description("Requests sent to another replica")
			.tag("use", use)
			.register(meters);
		this.refused = Counter.builder("gateway.retries.refused")
			.description("Retries that the budget did not allow")
			.tag("use", use)
			.register(meters);
	}

	/** Counts a request. */
	public void request() {
		this.tokens.accumulateAndGet(this.perRequest, (tokens, share) -> Math.min(MAX_TOKENS * UNIT, tokens + share));
	}

	/**
	 * Asks for a retry.
	 * @param failure how the attempt failed; those that reached nobody are free
	 * @return whether it may be made
	 */
	public boolean tryRetry(ReplicaFailure failure) {
		boolean allowed = failure == ReplicaFailure.NOT_REACHED || tryTake();
		(allowed ? this.retries : this.refused).increment();
		return allowed;
	}

	/**
	 * Asks for one more request that is no retry.
	 * @return whether it may be made
	 */
	public boolean tryTake() {
		return this.tokens.getAndUpdate((tokens) -> (tokens >= UNIT) ? tokens - UNIT : tokens) >= UNIT;
	}

}
