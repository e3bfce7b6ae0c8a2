package dev.bootpatterns.worker.queue;

import org.jspecify.annotations.Nullable;

/**
 * The broker did not confirm that it has taken a message.
 */
class UnconfirmedException extends Exception {

	UnconfirmedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
