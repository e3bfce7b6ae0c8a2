package dev.bootpatterns.local.cli;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code ./suite faults}.
 */
@Command(name = "faults", mixinStandardHelpOptions = true, subcommands = OwnershipFaultsCommand.class,
		description = "Injects random faults into the running suite, and checks what must hold all the same.")
final class FaultsCommand implements Callable<Integer> {

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
