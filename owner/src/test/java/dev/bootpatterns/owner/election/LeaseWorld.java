package dev.bootpatterns.owner.election;

import java.util.function.LongSupplier;

/** A store as several processes see it, in a time that the test tells. */
interface LeaseWorld extends AutoCloseable {

	/**
	 * The store as a process that has just started sees it.
	 * @param nanoTime the process's monotonic clock
	 * @param hiccup called wherever such a process may be held up in the middle of an
	 * operation; may throw
	 */
	LeaseStore process(LongSupplier nanoTime, Runnable hiccup);

	/** The store's own clock, if it has one, stands here from now on. */
	void time(long nanos);

	/** Whether an effect under this term is accepted. */
	boolean effect(Term term);

	@Override
	void close();

}
