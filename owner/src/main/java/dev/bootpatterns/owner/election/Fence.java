package dev.bootpatterns.owner.election;

/**
 * What makes the database refuse the effects of older terms of a lease that is kept
 * elsewhere.
 */
interface Fence {

	/**
	 * The highest term that was ever put in force.
	 * @param name the lease
	 * @return the term, 0 if there was none
	 */
	long highest(String name);

	/**
	 * Puts a term in force: from the return on, effects of all others are refused. Waits
	 * for those under way.
	 * @param name the lease
	 * @param holder who has it
	 * @param term the term that it was granted under
	 * @return whether it is in force; if not, the same or a higher one was before
	 */
	boolean raise(String name, String holder, long term);

	/**
	 * Whether a term is in force.
	 * @param name the lease
	 * @param term the term
	 * @return whether it is
	 */
	boolean isInForce(String name, long term);

	/**
	 * Ends a term whose lease was released. Does nothing if it is not in force.
	 * @param name the lease
	 * @param term the term
	 */
	void end(String name, long term);

}
