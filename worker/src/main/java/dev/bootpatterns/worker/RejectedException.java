package dev.bootpatterns.worker;

/**
 * A handler gives an item up for good, from wherever it finds out: the same as returning
 * {@link Outcome.Rejected}.
 */
public class RejectedException extends Exception {

	private final String reason;

	/**
	 * Rejects.
	 * @param reason for a human; shown with the item
	 */
	public RejectedException(String reason) {
		super(reason, null, false, false);
		this.reason = reason;
	}

	/**
	 * Why.
	 * @return for a human
	 */
	public String reason() {
		return this.reason;
	}

}
