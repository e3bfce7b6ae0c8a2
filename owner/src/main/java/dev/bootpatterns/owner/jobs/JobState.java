package dev.bootpatterns.owner.jobs;

/**
 * Where a job is.
 */
enum JobState {

	/** Its source is being listed; items that are listed are already worked on. */
	LISTING,
	/** All items are known. */
	RUNNING,
	/** Every item is DONE or DEAD. */
	DONE,
	/** Its source could not be listed. */
	FAILED

}
