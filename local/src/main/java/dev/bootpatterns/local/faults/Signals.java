package dev.bootpatterns.local.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.state.ProcessId;

/**
 * Stops processes and lets them go on. Whatever it has stopped goes on when it is closed,
 * also when the program ends by Ctrl-C; only a SIGKILL of this program leaves a process
 * stopped, which {@code ./suite down} ends.
 */
final class Signals implements AutoCloseable {

	private final Map<String, List<ProcessId>> stopped = new HashMap<>();

	private final Thread hook = Thread.ofPlatform().name("continue").unstarted(this::continueAll);

	Signals() {
		Runtime.getRuntime().addShutdownHook(this.hook);
	}

	/**
	 * Stops a process, and then what it has started, in this order: it starts nothing
	 * meanwhile.
	 * @param name by which it is continued
	 * @param process the process
	 */
	synchronized void stop(String name, ProcessHandle process) {
		List<ProcessId> family = new ArrayList<>(List.of(ProcessId.of(process)));
		this.stopped.put(name, family);
		send("-STOP", family);
		List<ProcessId> children = process.descendants().map(ProcessId::of).toList();
		family.addAll(0, children);
		send("-STOP", children);
	}

	/** Children first: who waits for them finds them at work. */
	synchronized void proceed(String name) {
		List<ProcessId> family = this.stopped.remove(name);
		if (family != null) {
			send("-CONT", family);
		}
	}

	synchronized boolean holds(String name) {
		return this.stopped.containsKey(name);
	}

	private synchronized void continueAll() {
		List.copyOf(this.stopped.keySet()).forEach(this::proceed);
	}

	/** Whoever has ended meanwhile is left out: its number may be another's. */
	private static void send(String signal, List<ProcessId> processes) {
		List<String> pids = processes.stream()
			.map(ProcessId::find)
			.flatMap(Optional::stream)
			.map((process) -> Long.toString(process.pid()))
			.toList();
		if (pids.isEmpty()) {
			return;
		}
		try {
			// One that ends at this very moment makes it fail, and is not missed.
			new ProcessBuilder(Stream.concat(Stream.of("kill", signal), pids.stream()).toList())
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.redirectError(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor();
		}
		catch (IOException ex) {
			throw new SuiteFailure("cannot send signals: there is no kill on the PATH", null, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		continueAll();
		try {
			Runtime.getRuntime().removeShutdownHook(this.hook);
		}
		catch (IllegalStateException ex) {
			// The program ends, and the hook runs.
		}
	}

}
