package dev.bootpatterns.local.state;

import org.jspecify.annotations.Nullable;

/**
 * One line of {@code status}.
 *
 * @param name unique in the suite
 * @param id the process, null while there is none
 * @param port where it serves
 * @param state its state
 * @param url where to reach it
 * @param restarts how often it was started again after a crash
 * @param detail more about the state, such as an exit code
 * @param log its log file
 */
public record ProcessState(String name, @Nullable ProcessId id, int port, State state, String url, int restarts,
		@Nullable String detail, String log) {

	/**
	 * The life of a process.
	 */
	public enum State {

		/** Waits for what it needs. */
		WAITING,

		/** Runs, and was not ready yet. */
		STARTING,

		/** Answers its readiness probe. */
		READY,

		/** Was ready and is not any more. */
		UNREADY,

		/** Has crashed, and waits to be started again. */
		BACKOFF,

		/** Was asked to end. */
		STOPPING,

		/** Has ended. */
		STOPPED,

		/** Is somebody else's: used, not supervised. */
		EXTERNAL

	}

	/**
	 * Whether it can be used.
	 * @return true for what is ready, and for what is not ours to judge
	 */
	public boolean ready() {
		return this.state == State.READY || this.state == State.EXTERNAL;
	}

}
