package dev.bootpatterns.gateway.hotkeys;

/**
 * How a fetch ended for those who waited for it.
 */
sealed interface Landing permits Copy, Landing.Alone {

	/**
	 * There is nothing to share: each asks by itself.
	 *
	 * @param reason why
	 */
	record Alone(Reason reason) implements Landing {
	}

}
