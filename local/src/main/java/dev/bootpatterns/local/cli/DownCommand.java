package dev.bootpatterns.local.cli;

import java.util.List;
import java.util.concurrent.Callable;

import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.up.Leftovers;
import picocli.CommandLine.Command;

/**
 * {@code ./suite down}.
 */
@Command(name = "down", mixinStandardHelpOptions = true,
		description = "Ends everything. The data stays in .suite/ for the next up.")
final class DownCommand implements Callable<Integer> {

	@Override
	public Integer call() {
		Console console = Console.system();
		List<String> ended = new Leftovers(SuiteCommand.home()).end(console::progress);
		console.line(ended.isEmpty() ? "nothing ran" : "ended " + String.join(", ", ended));
		return 0;
	}

}
