package dev.bootpatterns.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.SuiteHome;

/**
 * Ends processes.
 */
public final class Processes {

	/** The kernel needs a moment for what was killed. */
	private static final Duration KILLED = Duration.ofSeconds(10);

	/**
	 * Of processes that are not our children only the system's list tells that they have
	 * ended.
	 */
	private static final Duration POLL = Duration.ofMillis(50);

	private Processes() {
	}

	/**
	 * Asks processes to end (SIGTERM), kills those that have not within the time, and
	 * returns when all have ended.
	 * @param processes the processes
	 * @param grace how long they may take, together
	 * @return how many had to be killed
	 */
	public static int end(Collection<ProcessHandle> processes, Duration grace) {
		processes.forEach(ProcessHandle::destroy);
		if (ended(processes, grace)) {
			return 0;
		}
		List<ProcessHandle> stubborn = processes.stream().filter(ProcessId::lives).toList();
		stubborn.forEach(ProcessHandle::destroyForcibly);
		ended(stubborn, KILLED);
		return stubborn.size();
	}

	/**
	 * Waits for the end of processes.
	 * @param processes the processes
	 * @param deadline how long to wait
	 * @return whether all have ended
	 */
	public static boolean ended(Collection<ProcessHandle> processes, Duration deadline) {
		long start = System.nanoTime();
		try (Ticks ticks = new Ticks(POLL)) {
			while (ticks.next()) {
				if (processes.stream().noneMatch(ProcessId::lives)) {
					return true;
				}
				if (System.nanoTime() - start > deadline.toNanos()) {
					return false;
				}
			}
		}
		return false;
	}

	/**
	 * All JVMs of a suite, by the marker on their command line.
	 * @param home the suite
	 * @return those that run, without the caller
	 */
	public static List<ProcessHandle> of(SuiteHome home) {
		ProcessHandle self = ProcessHandle.current();
		return ProcessHandle.allProcesses()
			.filter((process) -> !process.equals(self))
			.filter((process) -> arguments(process).contains(home.marker()))
			.toList();
	}

	/** The JDK gives up on command lines of more than a page; Linux has them in full. */
	private static List<String> arguments(ProcessHandle process) {
		Path commandLine = Path.of("/proc", Long.toString(process.pid()), "cmdline");
		try {
			return Files.isReadable(commandLine) ? List.of(Files.readString(commandLine).split("\0"))
					: List.of(process.info().arguments().orElse(new String[0]));
		}
		catch (IOException ex) {
			// It has ended meanwhile.
			return List.of();
		}
	}

}
