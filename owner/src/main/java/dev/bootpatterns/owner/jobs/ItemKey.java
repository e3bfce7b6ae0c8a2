package dev.bootpatterns.owner.jobs;

/**
 * An item of a job.
 *
 * @param job the job
 * @param item the item's id in the job's source
 */
record ItemKey(long job, String item) {
}
