package dev.bootpatterns.owner.jobs;

/**
 * An item that is to be enqueued.
 *
 * @param key the item
 * @param attempt the attempt that this will be, from 1
 * @param size in bytes, as listed
 * @param stored whether its content is not the source's item of the same id
 * @param source the job's source
 * @param handler the job's handler
 * @param parameters the job's parameters, a JSON object
 * @param priority the job's priority
 */
record DueItem(ItemKey key, int attempt, long size, boolean stored, String source, String handler, String parameters,
		int priority) {
}
