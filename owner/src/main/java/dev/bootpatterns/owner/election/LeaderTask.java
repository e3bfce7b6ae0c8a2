package dev.bootpatterns.owner.election;

/**
 * Something that only the owner does. Called from one thread, never the one that renews
 * the lease; each grant is followed by exactly one revocation, also when the process
 * stops. Both return quickly: what takes long runs in a thread of the task's own.
 */
public interface LeaderTask {

	/**
	 * This replica is the owner now.
	 * @param term goes with every effect
	 */
	void granted(Term term);

	/**
	 * It is the owner no more, or will not be for long. What is still under way is
	 * refused by its term.
	 */
	void revoked();

}
