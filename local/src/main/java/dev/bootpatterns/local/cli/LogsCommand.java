package dev.bootpatterns.local.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.console.LogMerger;
import dev.bootpatterns.local.console.LogMerger.Entry;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.process.Ticks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code ./suite logs}.
 */
@Command(name = "logs", mixinStandardHelpOptions = true,
		description = "Shows the logs of all processes, or of those whose name begins with NAME, in the order of time.")
final class LogsCommand implements Callable<Integer> {

	private static final String SUFFIX = ".log";

	private static final Duration POLL = Duration.ofMillis(300);

	/** Distinct on dark and on light terminals. */
	private static final int[] COLOURS = { 36, 33, 32, 35, 34, 31, 96, 93, 92, 95, 94, 91 };

	@Parameters(arity = "0..1", paramLabel = "NAME", defaultValue = "",
			description = "Such as owner-1, owner, gateway.access, build, suite (the supervisor).")
	String name = "";

	@Option(names = { "-f", "--follow" }, description = "Go on until Ctrl-C.")
	boolean follow;

	@Option(names = { "-n", "--lines" }, paramLabel = "N", defaultValue = "200",
			description = "At most this many lines of the past (default: ${DEFAULT-VALUE}).")
	int lines;

	@Override
	public Integer call() {
		SuiteHome home = SuiteCommand.home();
		Console console = Console.system();
		LogMerger merger = new LogMerger();
		Map<String, Path> logs = logs(home);
		if (logs.isEmpty()) {
			throw new SuiteFailure("there is no log of '%s' in %s".formatted(this.name, home.logs()));
		}
		List<String> past = merger.read(logs).stream().flatMap((entry) -> lines(console, entry)).toList();
		past.subList(Math.max(0, past.size() - this.lines), past.size()).forEach(console::line);
		try (Ticks ticks = new Ticks(POLL)) {
			while (this.follow && ticks.next()) {
				merger.read(logs(home)).forEach((entry) -> lines(console, entry).forEach(console::line));
			}
		}
		return 0;
	}

	/** Access logs have to be asked for: they would drown the rest. */
	private Map<String, Path> logs(SuiteHome home) {
		Map<String, Path> logs = new TreeMap<>();
		if (Files.isDirectory(home.logs())) {
			try (Stream<Path> files = Files.list(home.logs())) {
				files.forEach((file) -> {
					String fileName = file.getFileName().toString();
					boolean wanted = fileName.endsWith(SUFFIX) && fileName.startsWith(this.name)
							&& (this.name.contains("access") || !fileName.endsWith(".access.log"));
					if (wanted) {
						logs.put(fileName.substring(0, fileName.length() - SUFFIX.length()), file);
					}
				});
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return logs;
	}

	private static Stream<String> lines(Console console, Entry entry) {
		String prefix = "%-12s | ".formatted(entry.name());
		int colour = COLOURS[Math.floorMod(entry.name().hashCode(), COLOURS.length)];
		String shown = console.terminal() ? "\u001b[%dm%s\u001b[0m".formatted(colour, prefix) : prefix;
		return entry.lines().stream().map((line) -> shown + line);
	}

}
