package dev.bootpatterns.owner.election;

import org.jspecify.annotations.Nullable;

/**
 * The effect was refused: the term that it carries is over. Whoever meets this stops
 * acting as the owner; nothing was changed.
 */
public class StaleTermException extends RuntimeException {

	private final Term term;

	/**
	 * Creates the refusal of what has not begun.
	 * @param term the term that is over
	 */
	public StaleTermException(Term term) {
		this(term, null);
	}

	/**
	 * Creates the refusal.
	 * @param term the term that is over
	 * @param cause what happened to the effect, if it had begun
	 */
	StaleTermException(Term term, @Nullable Throwable cause) {
		super("term %d of the lease %s is over".formatted(term.number(), term.lease())
				+ ((cause != null) ? "; what was under way was rolled back" : ""), cause);
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
