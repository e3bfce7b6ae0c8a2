package dev.bootpatterns.gateway.scatter;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Bounds the hedges that are on their way at once to a share of the calls that are.
 * <p>
 * A budget over time is not enough. When all replicas are slow for a moment, all calls
 * are late at once, and the budget that was saved in quiet times doubles the load just
 * then: what would have been a hiccup of milliseconds becomes a jam that lasts as long as
 * the budget does. One slow replica of many, on the other hand, needs few hedges at once,
 * since each is short.
 * <p>
 * <b>Guarantee.</b> At any moment, hedges ≤ max({@value #ALWAYS}, share × calls).
 * <p>
 * The same bound as that of Envoy's retry budget, which is on retries at once as well.
 */
final class HedgeLimit {

	private static final long ALWAYS = 2;

	private final double share;

	private final AtomicLong calls = new AtomicLong();

	private final AtomicLong hedges = new AtomicLong();

	/**
	 * Nothing is on its way.
	 * @param share hedges for each call
	 */
	HedgeLimit(double share) {
		this.share = share;
	}

	void began() {
		this.calls.incrementAndGet();
	}

	/**
	 * A call has ended.
	 * @param hedges how many hedges it had made
	 */
	void ended(long hedges) {
		this.calls.decrementAndGet();
		this.hedges.addAndGet(-hedges);
	}

	/**
	 * Asks for a hedge, which is on its way until its call ends.
	 * @param budget asked last, since it is used up by asking
	 * @return whether it may be made
	 */
	boolean tryHedge(BooleanSupplier budget) {
		long allowed = Math.max(ALWAYS, (long) (this.share * this.calls.get()));
		boolean free = this.hedges.getAndUpdate((hedges) -> (hedges < allowed) ? hedges + 1 : hedges) < allowed;
		if (!free) {
			return false;
		}
		boolean affordable = budget.getAsBoolean();
		if (!affordable) {
			notMade();
		}
		return affordable;
	}

	/** One that was allowed is not made after all. */
	void notMade() {
		this.hedges.decrementAndGet();
	}

}
