package dev.bootpatterns.local.scale;

import dev.bootpatterns.local.SuiteFailure;
import org.jspecify.annotations.Nullable;

/**
 * The topology was not changed, and that is certain: what was started for the change can
 * be ended again.
 */
class ChangeRefused extends SuiteFailure {

	private final boolean idle;

	/**
	 * A refusal.
	 * @param message a sentence for the user
	 * @param idle whether it is certain that no other change is under way either
	 * @param cause what led to it
	 */
	ChangeRefused(String message, boolean idle, @Nullable Throwable cause) {
		super(message, null, cause);
		this.idle = idle;
	}

	boolean idle() {
		return this.idle;
	}

}
