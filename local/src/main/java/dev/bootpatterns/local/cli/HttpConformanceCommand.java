package dev.bootpatterns.local.cli;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;

import dev.bootpatterns.local.conformance.HttpRules;
import dev.bootpatterns.local.conformance.WorkerContainer;
import dev.bootpatterns.local.console.Console;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code ./suite conformance http}.
 */
@Command(name = "http", mixinStandardHelpOptions = true,
		description = "POSTs many items to URL as a worker's handler 'http' does, and says which rules the container "
				+ "there keeps. Returns 0 when it keeps all, 1 otherwise.")
final class HttpConformanceCommand implements Callable<Integer> {

	private static final int MOST_SECONDS = 3600;

	private final Console console;

	@Spec
	@Nullable CommandSpec spec;

	@Option(names = "--json", description = "{passed, rules: [{rule, passed, seen, todo}]}.")
	boolean json;

	@Mixin
	SampleOption sample = new SampleOption();

	@Option(names = "--deadline", paramLabel = "SECONDS", defaultValue = "30",
			description = "How long it may take for an item, 1 to 3600 (default: ${DEFAULT-VALUE}).")
	int deadline;

	@Parameters(paramLabel = "URL", description = "Where items are POSTed to: the worker's WORKER_HTTP_URL.")
	URI url = URI.create("");

	HttpConformanceCommand() {
		this(Console.system());
	}

	HttpConformanceCommand(Console console) {
		this.console = console;
	}

	@Override
	public Integer call() {
		require(this.url.getHost() != null
				&& ("http".equals(this.url.getScheme()) || "https".equals(this.url.getScheme())),
				"'%s': give an http or https URL".formatted(this.url));
		require(this.deadline >= 1 && this.deadline <= MOST_SECONDS,
				"--deadline: give 1 to %d seconds".formatted(MOST_SECONDS));
		byte[] content = this.sample.content();
		VerdictReport report = new VerdictReport(this.console, this.json);
		WorkerContainer container = new WorkerContainer(this.url, Duration.ofSeconds(this.deadline));
		return report.end(new HttpRules(container, content, report).check());
	}

	private void require(boolean condition, String otherwise) {
		CommandSpec command = this.spec;
		if (command != null && !condition) {
			throw new CommandLine.ParameterException(command.commandLine(), otherwise);
		}
	}

}
