package dev.bootpatterns.local.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

import dev.bootpatterns.local.conformance.WorkerProgram;
import dev.bootpatterns.local.conformance.WorkerRules;
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
 * {@code ./suite conformance worker}.
 */
@Command(name = "worker", mixinStandardHelpOptions = true,
		description = "Runs COMMAND as a worker's handler 'exec' does, with many items, and says which rules it keeps. "
				+ "Returns 0 when it keeps all, 1 otherwise.")
final class WorkerConformanceCommand implements Callable<Integer> {

	private static final int MOST_SECONDS = 3600;

	private final Console console;

	private @Nullable CommandSpec spec;

	@Option(names = "--json", description = "{passed, rules: [{rule, passed, seen, todo}]}.")
	boolean json;

	@Mixin
	SampleOption sample = new SampleOption();

	@Option(names = "--deadline", paramLabel = "SECONDS", defaultValue = "30",
			description = "How long it may take for an item, 1 to 3600 (default: ${DEFAULT-VALUE}).")
	int deadline;

	@Option(names = "--grace", paramLabel = "SECONDS", defaultValue = "5",
			description = "How long it may take to end on SIGTERM, 1 to 3600 (default: ${DEFAULT-VALUE}).")
	int grace;

	@Parameters(arity = "1..*", paramLabel = "COMMAND",
			description = "The program and its arguments; options of this command come before it.")
	List<String> command = List.of();

	WorkerConformanceCommand() {
		this(Console.system());
	}

	WorkerConformanceCommand(Console console) {
		this.console = console;
	}

	/** What follows the program's name is the program's. */
	@Spec
	void spec(CommandSpec command) {
		command.parser().stopAtPositional(true);
		this.spec = command;
	}

	@Override
	public Integer call() {
		require("--deadline", this.deadline);
		require("--grace", this.grace);
		byte[] content = this.sample.content();
		VerdictReport report = new VerdictReport(this.console, this.json);
		try (WorkerProgram program = new WorkerProgram(this.command, Duration.ofSeconds(this.deadline),
				Duration.ofSeconds(this.grace))) {
			return report.end(new WorkerRules(program, content, report).check());
		}
	}

	private void require(String option, int seconds) {
		CommandSpec command = this.spec;
		if (command != null && (seconds < 1 || seconds > MOST_SECONDS)) {
			throw new CommandLine.ParameterException(command.commandLine(),
					"%s: give 1 to %d seconds".formatted(option, MOST_SECONDS));
		}
	}

}
