package dev.bootpatterns.shard.admission;

/**
 * A search saw that it is to stop, and did.
 */
public class StoppedException extends RuntimeException {

	/**
	 * The search stopped.
	 * @param cause how it noticed, if by an exception
	 */
	public StoppedException(Throwable cause) {
		super(cause);
	}

	/** The search stopped. */
	public StoppedException() {
	}

}
