package dev.bootpatterns.local.cli;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;

/**
 * {@code ./suite train}.
 */
@Command(name = "train", mixinStandardHelpOptions = true, description = "x")
final class TrainCommand implements Callable<Integer> {

	@Override
	public Integer call() {
		return 0;
	}

}
