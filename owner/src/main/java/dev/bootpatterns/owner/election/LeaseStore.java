package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where leases are kept. Expiry is judged by the store's clock, or by the monotonic time
 * that passed here since the lease was last seen to change; never by anybody's wall
 * clock.
 * <p>
 * Each operation answers within a fraction of the lease or throws; none blocks for longer
 * than that.
 */
interface LeaseStore {

	/**
	 * Takes the lease if nobody has it. When this returns a term, no effect of an older
	 * one is accepted any more. Candidates {@linkplain #find look} first: that is
	 * cheaper.
	 * @param name the lease
	 * @param holder who wants it, unique for each start of a process
	 * @param duration how long it lasts without renewal
	 * @return the term, higher than all before it, or empty if somebody has the lease
	 */
	OptionalLong acquire(String name, String holder, Duration duration);

	/**
	 * Extends a lease that is held and has not expired.
	 * @param name the lease
	 * @param holder who has it
	 * @param term the term that it was granted under
	 * @param duration how long it lasts from now
	 * @return whether it was held, under this term, and is now extended
	 */
	boolean renew(String name, String holder, long term, Duration duration);

	/**
	 * Gives a lease up, so that others need not wait for its expiry. Does nothing if it
	 * is not held.
	 * @param name the lease
	 * @param holder who had it
	 * @param term the term that it was granted under
	 */
	void release(String name, String holder, long term);

	/**
	 * Who has the lease now: what a candidate asks again and again, so one request.
	 * @param name the lease
	 * @return the lease, or empty if nobody has it
	 */
	Optional<Lease> find(String name);

}
