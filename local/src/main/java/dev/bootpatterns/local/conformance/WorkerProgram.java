package dev.bootpatterns.local.conformance;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.process.Processes;
import dev.bootpatterns.local.state.ProcessId;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program as the worker's handler {@code exec} does, and looks at what it leaves.
 * What it prints goes to files: nobody has to read it.
 */
public final class WorkerProgram implements AutoCloseable {

	/** What a worker passes on of its own environment. */
	private static final Set<String> PASSED_ON = Set.of("PATH", "LANG", "LC_ALL", "TZ");

	private static final Path PROC = Path.of("/proc");

	/** The other end of a pipe may end a moment later. */
	private static final Duration MOMENT = Duration.ofMillis(300);

	/** Until a program that does anything about signals has begun to. */
	private static final Duration STARTED = Duration.ofMillis(500);

	private final List<String> command;

	private final Duration deadline;

	private final Duration grace;

	private final Path home;

	/**
	 * A program to check.
	 * @param command the program and its arguments
	 * @param deadline how long it may take for an item
	 * @param grace how long it may take to end when it is asked to
	 */
	public WorkerProgram(List<String> command, Duration deadline, Duration grace) {
		this.command = new ArrayList<>(command);
		if (command.getFirst().contains("/")) {
			// Each run has another working directory.
			this.command.set(0, Path.of(command.getFirst()).toAbsolutePath().toString());
		}
		this.deadline = deadline;
		this.grace = grace;
		try {
			this.home = Files.createTempDirectory("conformance-");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Duration deadline() {
		return this.deadline;
	}

	Duration grace() {
		return this.grace;
	}

	/** Whether processes can be found that have left their parent. */
	static boolean seesProcesses() {
		return Files.isDirectory(PROC.resolve("self"));
	}

	/**
	 * Runs it once.
	 * @param sample the item
	 * @param attempt what it is told about the attempt
	 * @param bare with the contract's variables alone, and in another folder than the
	 * item's
	 */
	Trial run(Sample sample, int attempt, boolean bare) {
		try {
			Path folder = Files.createTempDirectory(this.home, "run-");
			Path item = Files.write(folder.resolve("item"), sample.content());
			Path current = bare ? Files.createTempDirectory(this.home, "elsewhere-") : folder;
			Path errors = this.home.resolve(folder.getFileName() + ".stderr");
			long start = System.nanoTime();
			Running running = start(sample, attempt, item, current, errors, bare);
			boolean ended = running.process().waitFor(this.deadline.toMillis(), TimeUnit.MILLISECONDS);
			Duration took = Duration.ofNanos(System.nanoTime() - start);
			int left = ended ? running.left(MOMENT) : 0;
			running.end(this.grace);
			Path output = folder.resolve("output");
			return new Trial(sample, ended ? running.process().exitValue() : Trial.OVERDUE, lastLine(errors),
					Files.isRegularFile(output, LinkOption.NOFOLLOW_LINKS) ? Files.readAllBytes(output) : null,
					!Files.exists(item) || !Arrays.equals(Files.readAllBytes(item), sample.content()),
					besides(folder, current), left, took);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SuiteFailure("interrupted");
		}
	}

	/**
	 * Asks it to end while it waits for its item, which is a pipe that nobody writes to.
	 * @return how long it took then; null if it had not ended by the end of the grace
	 */
	@Nullable Duration terminate(Sample sample) {
		try {
			Path folder = Files.createTempDirectory(this.home, "run-");
			Path item = folder.resolve("item");
			new ProcessBuilder("mkfifo", item.toString()).start().waitFor();
			Running running = start(sample, 1, item, folder, this.home.resolve("terminated.stderr"), false);
			boolean early = running.process().waitFor(STARTED.toMillis(), TimeUnit.MILLISECONDS);
			long start = System.nanoTime();
			boolean ended = running.end(this.grace);
			return (ended || early) ? Duration.ofNanos(System.nanoTime() - start) : null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SuiteFailure("interrupted");
		}
	}

	private Running start(Sample sample, int attempt, Path item, Path current, Path errors, boolean bare) {
		String run = "WORK_RUN=" + UUID.randomUUID();
		ProcessBuilder builder = new ProcessBuilder(this.command).directory(current.toFile())
			.redirectInput(Redirect.from(new File("/dev/null")))
			.redirectOutput(Redirect.DISCARD)
			.redirectError(errors.toFile());
		Map<String, String> environment = builder.environment();
		environment.keySet().retainAll(bare ? Set.of() : PASSED_ON);
		environment.put("WORK_ITEM_FILE", item.toString());
		environment.put("WORK_OUTPUT_FILE", item.resolveSibling("output").toString());
		environment.put("WORK_ITEM_ID", sample.id());
		environment.put("WORK_JOB", "1");
		environment.put("WORK_ATTEMPT", Integer.toString(attempt));
		environment.put("WORK_PARAMETERS", "{}");
		environment.put("WORK_OWNER_TERM", "1");
		environment.put("WORK_RUN", run.substring("WORK_RUN=".length()));
		try {
			return new Running(builder.start(), run);
		}
		catch (IOException ex) {
			throw new SuiteFailure("cannot run '%s': is it there, and executable?".formatted(this.command.getFirst()),
					null, ex);
		}
	}

	private static String lastLine(Path errors) throws IOException {
		return new String(Files.readAllBytes(errors), StandardCharsets.UTF_8).lines()
			.map(String::strip)
			.filter((line) -> !line.isEmpty())
			.reduce("", (before, line) -> line);
	}

	private static List<String> besides(Path folder, Path current) throws IOException {
		List<String> found = new ArrayList<>();
		for (Path root : folder.equals(current) ? List.of(folder) : List.of(folder, current)) {
			try (Stream<Path> files = Files.walk(root)) {
				files.filter((file) -> !file.equals(root))
					.map((file) -> root.relativize(file).toString())
					.filter((file) -> !root.equals(folder) || !List.of("item", "output").contains(file))
					.forEach(found::add);
			}
		}
		return found;
	}

	@Override
	public void close() {
		try (Stream<Path> files = Files.walk(this.home)) {
			for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A program that runs, and what it has started: its descendants, and whoever has
	 * inherited its environment.
	 */
	private record Running(Process process, String marker) {

		int left(Duration moment) {
			List<ProcessHandle> left = members();
			return Processes.ended(left, moment) ? 0 : members().size();
		}

		/** Whether all of it ended by itself when it was asked to. */
		boolean end(Duration grace) {
			boolean ended = Processes.end(members(), grace) == 0;
			Processes.end(members(), Duration.ZERO);
			return ended;
		}

		private List<ProcessHandle> members() {
			List<ProcessHandle> marked = seesProcesses() ? ProcessHandle.allProcesses().filter(this::isMarked).toList()
					: List.of();
			return Stream.of(Stream.of(this.process.toHandle()), this.process.descendants(), marked.stream())
				.flatMap((processes) -> processes)
				.filter(ProcessId::lives)
				.distinct()
				.toList();
		}

		private boolean isMarked(ProcessHandle handle) {
			try {
				byte[] environment = Files.readAllBytes(PROC.resolve(Long.toString(handle.pid())).resolve("environ"));
				return Arrays.asList(new String(environment, StandardCharsets.ISO_8859_1).split("\0"))
					.contains(this.marker);
			}
			catch (IOException ex) {
				// Another user's, or it has ended meanwhile.
				return false;
			}
		}

	}

}
