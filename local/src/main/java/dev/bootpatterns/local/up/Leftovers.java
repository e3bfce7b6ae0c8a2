package dev.bootpatterns.local.up;

import dev.bootpatterns.local.process.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.bootpatterns.local.backing.Postmaster;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.state.SuiteState;

/**
 * What runs of a suite, with or without its supervisor, and how to end all of it.
 * <p>
 * A process is ours when it carries the suite's marker on its command line, or when it is
 * recorded with this number <em>and</em> this start time: never by its number alone,
 * which the system gives to other programs once a process has ended.
 */
public final class Leftovers {

	/** The supervisor ends services one after the other; each may drain for 20 s. */
	private static final Duration SUPERVISOR_ENDS_WITHIN = Duration.ofMinutes(2);

	/**
	 * A JVM that is asked to end while it records first writes its cache. Nobody needs
	 * that now.
	 */
	private static final Duration TRAINING_ENDS_WITHIN = Duration.ofMillis(500);

	private static final Duration ENDS_WITHIN = Duration.ofSeconds(25);

	private final SuiteHome home;

	public Leftovers(SuiteHome home) {
		this.home = home;
	}

	/**
	 * The recorded state.
	 * @return the state; empty when nothing was started, or all of it was ended
	 */
	public Optional<SuiteState> state() {
		return Json.read(this.home.state(), SuiteState.class);
	}

	/**
	 * The supervisor, if it lives.
	 * @return its process
	 */
	public Optional<ProcessHandle> supervisor() {
		return state().map(SuiteState::supervisor).flatMap(ProcessId::find);
	}

	/**
	 * Ends everything of this suite, and returns when it has ended.
	 * @param progress gets a line when something takes long
	 * @return the names of what was ended; empty when nothing ran
	 */
	public List<String> end(Consumer<String> progress) {
		List<String> ended = new ArrayList<>();
		Optional<SuiteState> state = state();
		Optional<ProcessHandle> supervisor = supervisor();
		if (state.isPresent() && supervisor.isPresent()) {
			state.get()
				.processes()
				.stream()
				.filter((process) -> process.id() != null)
				.forEach((process) -> ended.add(process.name()));
			progress.accept("ending %d processes".formatted(ended.size()));
			endTraining(supervisor.get());
			if (Processes.end(List.of(supervisor.get()), SUPERVISOR_ENDS_WITHIN) > 0) {
				progress.accept("the supervisor did not end in time and was killed");
			}
		}
		Map<String, ProcessHandle> orphans = orphans(state);
		Processes.end(orphans.values(), ENDS_WITHIN);
		ended.addAll(orphans.keySet());
		if (Postmaster.endLeftover(this.home.database(), ENDS_WITHIN)) {
			ended.add("postgres");
		}
		try {
			Files.deleteIfExists(this.home.state());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return ended.stream().distinct().toList();
	}

	/**
	 * What carries the marker and is not under the supervisor, with all that it has
	 * started.
	 */
	private void endTraining(ProcessHandle supervisor) {
		Set<ProcessHandle> supervised = supervisor.descendants().collect(Collectors.toSet());
		Processes.end(Processes.of(this.home)
			.stream()
			.filter((process) -> !process.equals(supervisor) && !supervised.contains(process))
			.flatMap((process) -> Stream.concat(Stream.of(process), process.descendants()))
			.distinct()
			.toList(), TRAINING_ENDS_WITHIN);
	}

	private Map<String, ProcessHandle> orphans(Optional<SuiteState> state) {
		Map<String, ProcessHandle> orphans = new LinkedHashMap<>();
		for (ProcessState process : state.map(SuiteState::processes).orElse(List.of())) {
			ProcessId id = process.id();
			// PostgreSQL is ended last, when its clients have gone.
			if (id != null && !"postgres".equals(process.name())) {
				id.find().ifPresent((handle) -> orphans.put(process.name(), handle));
			}
		}
		Processes.of(this.home)
			.stream()
			.filter((handle) -> !orphans.containsValue(handle))
			.forEach((handle) -> orphans.put("process " + handle.pid(), handle));
		return orphans;
	}

}
