package dev.bootpatterns.worker.queue;

import java.util.concurrent.atomic.AtomicLong;

import org.springframework.stereotype.Component;

/**
 * The highest term of an owner that this worker has seen. What an older one sent is
 * refused: it may have been sent by an owner that was paused, and does not know that
 * another has taken over.
 */
@Component
class OwnerTerms {

	private final AtomicLong highest = new AtomicLong();

	/**
	 * Notes a term.
	 * @param term of an item
	 * @return whether it is older than one that was seen before
	 */
	boolean isOver(long term) {
		return this.highest.accumulateAndGet(term, Math::max) > term;
	}

}
