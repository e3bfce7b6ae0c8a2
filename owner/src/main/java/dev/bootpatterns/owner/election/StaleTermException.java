package dev.bootpatterns.owner.election;

/**
 * The effect was refused: the term that it carries is over. Whoever meets this stops
 * acting as the owner; nothing was changed.
 */
public class StaleTermException extends RuntimeException {

	private final Term term;

	/**
	 * Creates the refusal.
	 * @param term the term that is over
	 */
	public StaleTermException(Term term) {
		super("term %d of the lease %s is over".formatted(term.number(), term.lease()));
		this.term = term;
	}

	/**
	 * The term that is over.
	 * @return the term
	 */
	public Term term() {
		return this.term;
	}

}
