package dev.bootpatterns.local.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.state.SuiteHome;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code ./suite}.
 */
@Command(name = "suite", mixinStandardHelpOptions = true,
		description = "Runs the whole of Boot Patterns on this machine.",
		subcommands = { UpCommand.class, StatusCommand.class, LogsCommand.class, ScaleCommand.class, JobCommand.class,
				PipelineCommand.class, FaultCommand.class, FaultsCommand.class, ConformanceCommand.class,
				TourCommand.class, TrainCommand.class, TestCommand.class, DownCommand.class, SuperviseCommand.class,
				RehearseCommand.class },
		footer = { "", "State is kept in .suite/ (SUITE_HOME=DIR moves it). SUITE_PORT_OFFSET=N adds N to every port.",
				"SPRING_DATASOURCE_* and SPRING_RABBITMQ_* make it use that database or broker instead of its own." })
public final class SuiteCommand {

	private SuiteCommand() {
	}

	/**
	 * Runs a command.
	 * @param args the command line
	 * @return the exit code: 0 done, 1 failed, 2 wrong usage
	 */
	public static int execute(String... args) {
		CommandLine commandLine = new CommandLine(new SuiteCommand());
		commandLine.setExecutionExceptionHandler((ex, command, parsed) -> explain(ex, command.getErr()));
		commandLine.setUsageHelpAutoWidth(true);
		if (args.length == 0) {
			commandLine.usage(commandLine.getOut());
			return commandLine.getCommandSpec().exitCodeOnInvalidInput();
		}
		return commandLine.execute(args);
	}

	static int explain(Exception failure, PrintWriter err) throws Exception {
		switch (failure) {
			case SuiteFailure known -> {
				err.println("✗ " + known.getMessage());
				Path log = known.log();
				if (log != null) {
					err.println("  log: " + log);
				}
			}
			case UncheckedIOException io -> err.println("✗ " + explain(io));
			case IOException io -> err.println("✗ " + explain(io));
			default -> throw failure;
		}
		err.flush();
		return CommandLine.ExitCode.SOFTWARE;
	}

	private static String explain(Throwable failure) {
		String message = String.valueOf(failure.getMessage());
		return message.contains("No space left on device") ? "the disk is full: " + message : message;
	}

	static SuiteHome home() {
		return SuiteHome.of(System.getenv(), Path.of(System.getProperty("suite.root", ".")));
	}

}
