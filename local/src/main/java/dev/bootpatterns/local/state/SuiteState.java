package dev.bootpatterns.local.state;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What {@code state.json} says: written by the supervisor at every change, read by all
 * commands.
 *
 * @param phase how far the suite is
 * @param detail what is being done, for the progress line
 * @param failure why the start failed
 * @param failureLog the log that says more
 * @param supervisor the process that hosts and supervises the others
 * @param processes everything that runs, in the order of its start
 * @param resize the last request for other numbers that was answered; null when there was
 * none
 */
public record SuiteState(Phase phase, @Nullable String detail, @Nullable String failure, @Nullable String failureLog,
		ProcessId supervisor, List<ProcessState> processes, @Nullable Resize resize) {

	/**
	 * The supervisor's life.
	 */
	public enum Phase {

		/** Processes are being started. */
		STARTING,

		/** All were ready once; what crashes is restarted. */
		RUNNING,

		/** Processes are being ended. */
		STOPPING,

		/** The start failed; nothing runs. */
		FAILED

	}

	public SuiteState {
		processes = List.copyOf(processes);
	}

	/**
	 * Whether every process is ready.
	 * @return true when requests can be sent to all
	 */
	public boolean allReady() {
		return this.phase == Phase.RUNNING && this.processes.stream().allMatch(ProcessState::ready);
	}

}
