package dev.bootpatterns.shard.documents;

/**
 * What came of a write.
 */
sealed interface WriteResult {

	/** The write took effect under a new version. */
	sealed interface Changed extends WriteResult {

		long version();

	}

	record Created(long version) implements Changed {
	}

	record Replaced(long version) implements Changed {
	}

	record Deleted(long version) implements Changed {
	}

	/** The document already had this content. */
	record Unchanged(long version) implements WriteResult {
	}

	/** There was nothing to delete. */
	record Absent() implements WriteResult {
	}

	/** Whoever sent it does not wait for it any more: nothing was stored. */
	record TooLate() implements WriteResult {
	}

	/** It was on behalf of an owner whose term is over: nothing was stored. */
	record StaleOwner() implements WriteResult {
	}

	record PreconditionFailed() implements WriteResult {
	}

}
