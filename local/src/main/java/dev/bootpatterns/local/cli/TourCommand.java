package dev.bootpatterns.local.cli;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;

/**
 * {@code ./suite tour}.
 */
@Command(name = "tour", mixinStandardHelpOptions = true, description = "x")
final class TourCommand implements Callable<Integer> {

	@Override
	public Integer call() {
		return 0;
	}

}
