package dev.bootpatterns.local;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Something that the user has to know and that ends the command with a non-zero exit
 * code: a sentence that says what is wrong and what to do, and where to read more. Never
 * printed with a stack trace.
 */
public class SuiteFailure extends RuntimeException {

	private final transient @Nullable Path log;

	/**
	 * A failure that the message says all about.
	 * @param message one or more sentences for the user
	 */
	public SuiteFailure(String message) {
		this(message, null, null);
	}

	/**
	 * A failure with more to read.
	 * @param message one or more sentences for the user
	 * @param log the file that says more
	 */
	public SuiteFailure(String message, @Nullable Path log) {
		this(message, log, null);
	}

	/**
	 * A failure with more to read, and its cause.
	 * @param message one or more sentences for the user
	 * @param log the file that says more
	 * @param cause what led to it
	 */
	public SuiteFailure(String message, @Nullable Path log, @Nullable Throwable cause) {
		super(message, cause);
		this.log = log;
	}

	/**
	 * The file that says more.
	 * @return its path, or null
	 */
	public @Nullable Path log() {
		return this.log;
	}

	/**
	 * The message, as every failure of this kind has one.
	 * @return the sentence for the user
	 */
	@Override
	public String getMessage() {
		String message = super.getMessage();
		return (message != null) ? message : "unknown failure";
	}

}
