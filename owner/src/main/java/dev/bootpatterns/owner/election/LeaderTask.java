package dev.bootpatterns.owner.election;

import java.time.Duration;

/**
 * Something that only the owner of a role does. Each task is called in one thread of its
 * own, never the one that renews the lease, so that a slow one delays neither that nor
 * the others; each grant is followed by exactly one revocation, also when the process
 * stops.
 */
public interface LeaderTask {

	/**
	 * The role whose owner does it.
	 * @return the name, as in {@code owner.roles}
	 */
	String role();

	/**
	 * This replica is the owner now.
	 * @param term goes with every effect
	 */
	void granted(Term term);

	/**
	 * The lease could not be renewed for a while, and may be over soon: time to put down
	 * how far one is, and to begin nothing long. Called again only if a renewal succeeded
	 * in between.
	 * @param term the term that may end
	 * @param left how long it lasts unless a renewal succeeds
	 */
	default void expiring(Term term, Duration left) {
	}

	/**
	 * It is the owner no more, or will not be for long. What is still under way is
	 * refused by its term.
	 */
	void revoked();

}
