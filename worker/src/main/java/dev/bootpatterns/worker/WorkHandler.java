package dev.bootpatterns.worker;

/**
 * What is done with a work item: the one interface that a fork implements. Every bean of
 * this type is a handler, chosen by its name.
 * <p>
 * <b>At least once.</b> An attempt is begun once. But a worker may end after the effect
 * and before its report, and the next attempt has it again, perhaps while a worker that
 * has only lost the broker is still at it. Handling an item twice must have the effect of
 * handling it once: write under a key that is derived from {@link WorkItem#id()}, or let
 * the thing written to compare.
 * <p>
 * Called by {@code WORKER_CONCURRENCY} virtual threads at once. Blocking is fine; waiting
 * without a deadline is not, for it holds a place in the queue. During shutdown an item
 * in progress may finish within {@code spring.lifecycle.timeout-per-shutdown-phase};
 * after that its thread is interrupted and the item is returned to the owner.
 */
public interface WorkHandler {

	/**
	 * The name by which items ask for this handler.
	 * @return a short constant; it is also a metric's tag
	 */
	String name();

	/**
	 * Does the work.
	 * @param item what to do it with
	 * @return how it ended
	 * @throws InterruptedException if the worker stops: the item is returned to the
	 * owner, at the cost of no attempt
	 * @throws RejectedException the same as {@link Outcome.Rejected}
	 * @throws Exception anything else is {@link Outcome.Failed}: reported by its type,
	 * and logged with its stack trace
	 */
	Outcome handle(WorkItem item) throws Exception;

}
