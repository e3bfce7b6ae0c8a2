package dev.bootpatterns.owner.election;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/** A store as several processes see it, in a time that the test tells. */
interface LeaseWorld extends AutoCloseable {

	/**
	 * The store as a process that has just started sees it.
	 * @param nanoTime the process's monotonic clock
	 * @param wallClock what it takes for the time of day
	 * @param hiccup called wherever such a process may be held up in the middle of an
	 * operation; may throw
	 */
	LeaseStore process(LongSupplier nanoTime, InstantSource wallClock, Runnable hiccup);

	/** The store's own clock, if it has one, stands here from now on. */
	void time(long nanos);

	/** Whether an effect under this term is accepted. */
	boolean effect(Term term);

	@Override
	void close();

}
