package dev.bootpatterns.owner.sources;

import java.io.IOException;

/**
 * The source cannot be used. The message is for people: it names the source's place and
 * what is wrong with it.
 */
public class SourceException extends IOException {

	/**
	 * Creates the exception.
	 * @param message for people
	 */
	public SourceException(String message) {
		super(message);
	}

	/**
	 * Creates the exception.
	 * @param message for people
	 * @param cause for the log
	 */
	public SourceException(String message, Throwable cause) {
		super(message, cause);
	}

}
