package dev.bootpatterns.local.up;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.console.LogTail;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.state.SuiteState.Phase;
import dev.bootpatterns.local.process.Ticks;

/**
 * Follows the supervisor until all is ready, by what it writes to {@code state.json}.
 */
final class StartProgress {

	private static final Duration POLL = Duration.ofMillis(100);

	private static final int LINES_SHOWN = 15;

	private final Console console;

	private final Supplier<Optional<SuiteState>> states;

	private final Path log;

	StartProgress(Console console, Supplier<Optional<SuiteState>> states, Path log) {
		this.console = console;
		this.states = states;
		this.log = log;
	}

	/**
	 * Returns when all is ready.
	 * @param supervisor the process that starts it; it has its own deadline, and ends
	 * when it fails
	 */
	void follow(Process supervisor) {
		try (Ticks ticks = new Ticks(POLL)) {
			while (ticks.next()) {
				boolean ended = !supervisor.isAlive();
				Optional<SuiteState> state = this.states.get();
				state.ifPresent(this::show);
				if (state.isPresent() && state.get().phase() == Phase.RUNNING) {
					return;
				}
				if (ended) {
					throw failure(state);
				}
			}
		}
		throw new SuiteFailure("interrupted while starting");
	}

	private SuiteFailure failure(Optional<SuiteState> state) {
		String message = state.map(SuiteState::failure).orElse("the supervisor ended while starting");
		String failed = state.map(SuiteState::failureLog).orElse(this.log.toString());
		return new SuiteFailure(LogTail.under(message, Path.of(failed), LINES_SHOWN), Path.of(failed));
	}

	private void show(SuiteState state) {
		List<ProcessState> processes = state.processes();
		List<String> waiting = processes.stream()
			.filter((process) -> !process.ready())
			.map(ProcessState::name)
			.toList();
		String names = waiting.stream().limit(5).collect(Collectors.joining(", "))
				+ ((waiting.size() > 5) ? ", …" : "");
		this.console.progress("ready: %d of %d%s".formatted(processes.size() - waiting.size(), processes.size(),
				waiting.isEmpty() ? "" : ", waiting for " + names));
	}

}
