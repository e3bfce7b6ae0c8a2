package dev.bootpatterns.local.cli;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code ./suite conformance}.
 */
@Command(name = "conformance", mixinStandardHelpOptions = true,
		subcommands = { WorkerConformanceCommand.class, HttpConformanceCommand.class, SourceConformanceCommand.class },
		description = "Checks whether something of yours keeps to a contract of the suite, which need not run.")
final class ConformanceCommand implements Callable<Integer> {

	@Spec
	@Nullable CommandSpec spec;

	@Override
	public Integer call() {
		CommandSpec command = this.spec;
		if (command != null) {
			command.commandLine().usage(command.commandLine().getErr());
		}
		return CommandLine.ExitCode.USAGE;
	}

}
