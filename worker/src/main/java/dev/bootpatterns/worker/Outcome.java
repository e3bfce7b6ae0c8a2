package dev.bootpatterns.worker;

/**
 * How the handling of an item ended, as far as the owner of the job needs to know in
 * order to decide what comes next.
 */
public sealed interface Outcome {

	/**
	 * The effect is there.
	 * @return the outcome
	 */
	static Outcome done() {
		return Done.INSTANCE;
	}

	/**
	 * It did not work this time; the owner may try again later.
	 * @param reason for a human; shown with the item
	 * @return the outcome
	 */
	static Outcome failed(String reason) {
		return new Failed(reason);
	}

	/**
	 * It was refused, because the owner that sent the item is not the owner any more. The
	 * one that is sends it again; that costs the item no attempt.
	 * @param reason for a human; shown with the item
	 * @return the outcome
	 */
	static Outcome stale(String reason) {
		return new Stale(reason);
	}

	/**
	 * It will never work with this content: trying again is a waste.
	 * @param reason for a human; shown with the item
	 * @return the outcome
	 */
	static Outcome rejected(String reason) {
		return new Rejected(reason);
	}

	/**
	 * The effect is there.
	 */
	enum Done implements Outcome {

		/** The only one. */
		INSTANCE

	}

	/**
	 * It did not work this time.
	 *
	 * @param reason for a human
	 */
	record Failed(String reason) implements Outcome {
	}

	/**
	 * The owner that sent it is not the owner any more.
	 *
	 * @param reason for a human
	 */
	record Stale(String reason) implements Outcome {
	}

	/**
	 * It will never work.
	 *
	 * @param reason for a human
	 */
	record Rejected(String reason) implements Outcome {
	}

}
