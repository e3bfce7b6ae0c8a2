package dev.bootpatterns.local.faults;

import java.util.Locale;

/**
 * What is done to a process.
 */
enum Kind {

	/** SIGKILL; the supervisor starts it again, under the same name. */
	KILLED,

	/** SIGTERM: it hands over and ends; the supervisor starts it again. */
	ENDED,

	/** SIGSTOP for longer than the lease, then SIGCONT. */
	PAUSED,

	/** SIGSTOP for less than half of the lease, then SIGCONT. */
	HELD;

	boolean lasts() {
		return this == PAUSED || this == HELD;
	}

	String text() {
		return name().toLowerCase(Locale.ROOT);
	}

}
