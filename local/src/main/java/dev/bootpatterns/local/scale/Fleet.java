package dev.bootpatterns.local.scale;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.console.LogTail;
import dev.bootpatterns.local.plan.Options;
import dev.bootpatterns.local.process.Ticks;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.Resize;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.state.SuiteState.Phase;

/**
 * The processes of the suite that runs, from the side of a command: asks the supervisor
 * for other numbers, and follows in {@code state.json} what becomes of it.
 */
final class Fleet {

	private static final Duration POLL = Duration.ofMillis(100);

	private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(15);

	private static final Duration READY_WITHIN = Duration.ofMinutes(5);

	/** A service that has not ended is killed after 25 s. */
	private static final Duration END_WITHIN = Duration.ofMinutes(1);

	private static final int LINES_SHOWN = 15;

	private final SuiteHome home;

	private final Supplier<Optional<SuiteState>> states;

	private final Console console;

	private final InstantSource clock;

	private volatile boolean closed;

	Fleet(SuiteHome home, Supplier<Optional<SuiteState>> states, Console console, InstantSource clock) {
		this.home = home;
		this.states = states;
		this.console = console;
		this.clock = clock;
	}

	/**
	 * What runs now.
	 * @return its state
	 * @throws SuiteFailure when the suite does not run, or not as a whole
	 */
	SuiteState running() {
		SuiteState state = this.states.get()
			.filter((found) -> found.supervisor().find().isPresent())
			.orElseThrow(() -> new SuiteFailure("nothing runs: './suite up' starts the suite"));
		if (state.phase() != Phase.RUNNING) {
			throw new SuiteFailure("the suite is %s: see './suite status'"
				.formatted((state.phase() == Phase.STARTING) ? "starting" : "being ended"));
		}
		return state;
	}

	/**
	 * Asks for other numbers, and returns when the supervisor works towards them.
	 * @param wanted the numbers
	 * @throws SuiteFailure when they are refused; nothing was changed then
	 */
	void resize(Options wanted) {
		String id = ask(wanted);
		await(ANSWERS_WITHIN, (state) -> answer(state, id).isPresent(), () -> new SuiteFailure(
				"the supervisor does not answer (an older version?): './suite down' and './suite up' start it anew",
				this.home.log("suite")));
		String refused = answer(running(), id).map(Resize::refused).orElse(null);
		if (refused != null) {
			throw new SuiteFailure(refused);
		}
	}

	private static Optional<Resize> answer(SuiteState state, String id) {
		return Optional.ofNullable(state.resize()).filter((answer) -> answer.id().equals(id));
	}

	private synchronized String ask(Options wanted) {
		if (this.closed) {
			throw new SuiteFailure("interrupted");
		}
		return write(wanted);
	}

	/**
	 * Refuses to ask for anything from now on.
	 */
	synchronized void close() {
		this.closed = true;
	}

	/**
	 * Asks for other numbers after all, for the last time, and waits for no answer.
	 * @param wanted the numbers
	 */
	synchronized void closeWith(Options wanted) {
		this.closed = true;
		write(wanted);
	}

	private String write(Options wanted) {
		String id = UUID.randomUUID().toString();
		try {
			Json.replace(this.home.resize(),
					new Resize(id, wanted.shards(), wanted.replicas(), wanted.workers(), null));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return id;
	}

	/**
	 * Returns when all of these are ready.
	 * @param names the processes
	 * @param before what was before they were asked for
	 * @throws SuiteFailure when one of them has ended since
	 */
	void awaitReady(Set<String> names, SuiteState before) {
		if (names.isEmpty()) {
			return;
		}
		Map<String, Integer> restarts = before.processes()
			.stream()
			.collect(Collectors.toMap(ProcessState::name, ProcessState::restarts));
		await(READY_WITHIN, (state) -> {
			List<ProcessState> awaited = of(state, names);
			awaited.stream()
				.filter((process) -> process.restarts() > restarts.getOrDefault(process.name(), 0))
				.findFirst()
				.ifPresent(Fleet::failStart);
			long ready = awaited.stream().filter(ProcessState::ready).count();
			progress("ready: %d of %d%s".formatted(ready, names.size(), waitingFor(names, awaited)));
			return ready == names.size();
		}, () -> new SuiteFailure("not ready after %d s: %s".formatted(READY_WITHIN.toSeconds(),
				names.stream()
					.filter((name) -> of(running(), Set.of(name)).stream().noneMatch(ProcessState::ready))
					.sorted()
					.collect(Collectors.joining(", ")))));
	}

	/** What is interrupted goes on until the JVM has ended, and has nothing to say. */
	private void progress(String line) {
		if (!this.closed) {
			this.console.progress(line);
		}
	}

	private static String waitingFor(Set<String> names, List<ProcessState> awaited) {
		Set<String> ready = awaited.stream()
			.filter(ProcessState::ready)
			.map(ProcessState::name)
			.collect(Collectors.toSet());
		String waiting = names.stream()
			.filter((name) -> !ready.contains(name))
			.sorted()
			.collect(Collectors.joining(", "));
		return waiting.isEmpty() ? "" : ", waiting for " + waiting;
	}

	private static void failStart(ProcessState process) {
		String detail = process.detail();
		String how = (detail != null) ? detail.replaceFirst(";.*", "") : "it was started again";
		Path log = Path.of(process.log());
		throw new SuiteFailure(
				LogTail.under("%s ended while starting: %s".formatted(process.name(), how), log, LINES_SHOWN), log);
	}

	/**
	 * Returns when none of these is left.
	 * @param names the processes
	 */
	void awaitEnd(Set<String> names) {
		await(END_WITHIN, (state) -> {
			List<ProcessState> left = of(state, names);
			if (!left.isEmpty()) {
				this.console.progress("ending " + String.join(", ", left.stream().map(ProcessState::name).toList()));
			}
			return left.isEmpty();
		}, () -> new SuiteFailure("not ended after %d s: see './suite status'".formatted(END_WITHIN.toSeconds())));
	}

	private static List<ProcessState> of(SuiteState state, Set<String> names) {
		return state.processes().stream().filter((process) -> names.contains(process.name())).toList();
	}

	private void await(Duration within, Predicate<SuiteState> condition, Supplier<SuiteFailure> late) {
		Instant end = this.clock.instant().plus(within);
		try (Ticks ticks = new Ticks(POLL)) {
			while (ticks.next()) {
				if (condition.test(stillRunning())) {
					return;
				}
				if (this.clock.instant().isAfter(end)) {
					throw late.get();
				}
			}
		}
		throw new SuiteFailure("interrupted");
	}

	private SuiteState stillRunning() {
		try {
			return running();
		}
		catch (SuiteFailure ex) {
			throw new SuiteFailure("the suite was ended meanwhile: './suite up' starts it", null, ex);
		}
	}

}
