package dev.bootpatterns.local.cli;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;

import dev.bootpatterns.local.conformance.SourceContainer;
import dev.bootpatterns.local.conformance.SourceRules;
import dev.bootpatterns.local.console.Console;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code ./suite conformance source}.
 */
@Command(name = "source", mixinStandardHelpOptions = true,
		description = "Asks the container at URL as an owner asks its source, and says which rules it keeps. "
				+ "Returns 0 when it keeps all, 1 otherwise.")
final class SourceConformanceCommand implements Callable<Integer> {

	private static final int MOST_SECONDS = 3600;

	private static final int MOST_ITEMS = 100_000;

	private final Console console;

	@Spec
	@Nullable CommandSpec spec;

	@Option(names = "--json", description = "{passed, rules: [{rule, passed, seen, todo}]}.")
	boolean json;

	@Option(names = "--items", paramLabel = "N", defaultValue = "100",
			description = "How many items are read, 1 to 100000 (default: ${DEFAULT-VALUE}).")
	int items;

	@Option(names = "--deadline", paramLabel = "SECONDS", defaultValue = "30",
			description = "How long it may take for the head of an answer, 1 to 3600 (default: ${DEFAULT-VALUE}).")
	int deadline;

	@Parameters(paramLabel = "URL",
			description = "Of the container: http://127.0.0.1:9000 has its list at /api/v1/items.")
	URI url = URI.create("");

	SourceConformanceCommand() {
		this(Console.system());
	}

	SourceConformanceCommand(Console console) {
		this.console = console;
	}

	@Override
	public Integer call() {
		require(this.url.getHost() != null
				&& ("http".equals(this.url.getScheme()) || "https".equals(this.url.getScheme())),
				"'%s': give an http or https URL".formatted(this.url));
		require(this.items >= 1 && this.items <= MOST_ITEMS, "--items: give 1 to %d".formatted(MOST_ITEMS));
		require(this.deadline >= 1 && this.deadline <= MOST_SECONDS,
				"--deadline: give 1 to %d seconds".formatted(MOST_SECONDS));
		VerdictReport report = new VerdictReport(this.console, this.json);
		SourceContainer container = new SourceContainer(this.url, Duration.ofSeconds(this.deadline));
		return report.end(new SourceRules(container, this.items, report).check());
	}

	private void require(boolean condition, String otherwise) {
		CommandSpec command = this.spec;
		if (command != null && !condition) {
			throw new CommandLine.ParameterException(command.commandLine(), otherwise);
		}
	}

}
