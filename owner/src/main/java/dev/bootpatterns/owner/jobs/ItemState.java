package dev.bootpatterns.owner.jobs;

/**
 * Where an item is. It begins PENDING and ends DONE or DEAD, once.
 */
enum ItemState {

	/** Listed, to be enqueued. */
	PENDING,
	/** The broker has confirmed its message. */
	QUEUED,
	/** A worker has said that it began. */
	RUNNING,
	/** An attempt failed; to be enqueued again when it is due. */
	RETRY,
	/** Its effect has happened. An end. */
	DONE,
	/** It will not be tried again, for a reason. An end, until somebody puts it back. */
	DEAD

}
