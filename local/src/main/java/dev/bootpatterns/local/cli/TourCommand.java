package dev.bootpatterns.local.cli;

import java.util.List;
import java.util.concurrent.Callable;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.state.Secrets;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.up.Leftovers;
import dev.bootpatterns.local.tour.Tour;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./suite tour}.
 */
@Command(name = "tour", mixinStandardHelpOptions = true,
		description = "Exercises each pattern on the running suite and measures it. Kills processes on the way; the supervisor "
				+ "starts them again. Returns 1 when something is not as expected.")
final class TourCommand implements Callable<Integer> {

	@Option(names = "--json",
			description = "A list of {pattern, sentence, action, expected, measured, verdict, tookMs}.")
	boolean json;

	@Override
	public Integer call() {
		SuiteHome home = SuiteCommand.home();
		Leftovers leftovers = new Leftovers(home);
		boolean ready = leftovers.supervisor().isPresent() && leftovers.state().map(SuiteState::allReady).orElse(false);
		if (!ready) {
			throw new SuiteFailure("the tour needs a suite that is ready: './suite up', or see './suite status'");
		}
		Tour tour = new Tour(() -> leftovers.state().map(SuiteState::processes).orElse(List.of()),
				Secrets.readOrCreate(home.adminToken()), Console.system());
		return tour.run(this.json) ? 0 : 1;
	}

}
