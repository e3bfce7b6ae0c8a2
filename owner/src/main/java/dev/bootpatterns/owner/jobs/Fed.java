package dev.bootpatterns.owner.jobs;

import org.jspecify.annotations.Nullable;

/**
 * An item that one stage hands to the next.
 *
 * @param from whose handling leads to it
 * @param feed the way that it goes
 * @param id its id in the next stage
 * @param what its content
 * @param content if it comes with its own
 * @param size in bytes; of one that has the content of another, counts for nothing
 */
@SuppressWarnings("ArrayRecordComponent")
record Fed(ItemKey from, Feed feed, String id, What what, byte @Nullable [] content, long size) {

	@Nullable String orderKey() {
		return (this.feed.orderBy() != null) ? this.feed.orderBy().key(this.id) : null;
	}

	@Nullable String reduceKey() {
		return this.feed.reduceKey(this.id);
	}

	/**
	 * What an item contains.
	 */
	enum What {

		/** The content that it comes with. */
		OWN,
		/** What the item contains that leads to it. */
		SAME,
		/** The output of the item that leads to it. */
		OUTPUT

	}

}
