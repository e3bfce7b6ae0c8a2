package dev.bootpatterns.local.faults;

import java.time.Duration;

/**
 * One answer of {@code GET /leader/{role}}.
 *
 * @param role the role
 * @param term the term in force
 * @param holder whose it is: replica and start
 * @param expiresIn how long its lease lasts from when the store was asked
 * @param asked before the question was sent, nanoseconds of this process's monotonic
 * clock
 * @param answered after the answer came
 */
record Sighting(String role, long term, String holder, Duration expiresIn, long asked, long answered) {

	/**
	 * Whether somebody who lives has taken or renewed the lease after a moment. Whoever
	 * died before it has left a lease that ends a whole duration after it at the latest,
	 * so a later end is proof.
	 * @param moment by the same clock
	 * @param lease how long a lease lasts
	 * @return whether it is proved; false may only mean: not yet
	 */
	boolean provesLifeAfter(long moment, Duration lease) {
		return this.asked + this.expiresIn.toNanos() - moment > lease.toNanos();
	}

}
