package dev.bootpatterns.local.cli;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;

/**
 * {@code ./suite logs}.
 */
@Command(name = "logs", mixinStandardHelpOptions = true, description = "x")
final class LogsCommand implements Callable<Integer> {

	@Override
	public Integer call() {
		return 0;
	}

}
