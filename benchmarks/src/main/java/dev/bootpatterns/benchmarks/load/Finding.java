package dev.bootpatterns.benchmarks.load;

/** What may be wrong with an answer, or with the state that the answers show. */
enum Finding {

	/** Nothing. */
	NONE,

	/**
	 * Not a failure: the system may say that it does not know whether it did what was
	 * asked. A write with a precondition answered with 503 or 504: it may have reached a
	 * replica that died, and a second attempt would fail by the first one's effect. A
	 * DELETE answered with 404: the second of two attempts says so. Either state of the
	 * document is right until its next write.
	 */
	UNKNOWN,

	/** No answer, or one with a status that it must not have. */
	FAILED,

	/** A read that began after a write was acknowledged shows an earlier state. */
	STALE,

	/** After the load, a document is not as its last acknowledged write left it. */
	LOST,

	/** The content is none that was written to this document, or not readable. */
	CORRUPT,

	/** Not all shards answered a search, although the request demanded it. */
	COVERAGE,

	/** A search found a document twice. */
	DUPLICATE,

	/** A search counted more or fewer documents than there are. */
	TOTAL,

	/** A search's hits are not those that there are. */
	HITS;

	boolean isFailure() {
		return this != NONE && this != UNKNOWN;
	}

	/**
	 * Says what was found.
	 * @param detail what exactly
	 * @return the verdict
	 */
	Verdict because(String detail) {
		return new Verdict(this, detail);
	}

	/**
	 * A judgement of one answer.
	 *
	 * @param finding what is wrong
	 * @param detail in words
	 */
	record Verdict(Finding finding, String detail) {

		static final Verdict FINE = new Verdict(NONE, "");

	}

}
