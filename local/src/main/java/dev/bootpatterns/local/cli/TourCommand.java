package dev.bootpatterns.local.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.backing.BackingServices;
import dev.bootpatterns.local.build.Application;
import dev.bootpatterns.local.build.Jdk;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.plan.Options;
import dev.bootpatterns.local.plan.Plan;
import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.plan.SuiteFile;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.Secrets;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.tour.Ambassadors;
import dev.bootpatterns.local.tour.Tour;
import dev.bootpatterns.local.up.Leftovers;
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
				Secrets.readOrCreate(home.adminToken()),
				new Ambassadors(() -> gatewayCommand(home), home.log("ambassador")), Console.system());
		return tour.run(this.json) ? 0 : 1;
	}

	/**
	 * With the flags of the suite's own gateway, which fit its AOT cache; but this one
	 * serves for seconds, in which the second compiler takes more than it gives.
	 */
	private static List<String> gatewayCommand(SuiteHome home) {
		Options options = Json.read(home.options(), Options.class).orElseThrow();
		PlannedProcess gateway = Plan
			.of(SuiteFile.load(System.getenv()), options, home, BackingServices.of(System.getenv(), home).values(),
					ProcessHandle.current().pid())
			.processes()
			.stream()
			.filter((process) -> process.service().equals("gateway"))
			.findFirst()
			.orElseThrow(() -> new SuiteFailure("suite.yaml has no gateway"));
		List<String> command = new ArrayList<>(new Application(home, gateway.module(), Jdk.current()).command(gateway));
		command.add(command.indexOf("-jar"), "-XX:TieredStopAtLevel=1");
		return command;
	}

}
