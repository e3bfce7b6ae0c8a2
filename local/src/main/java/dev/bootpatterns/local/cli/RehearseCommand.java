package dev.bootpatterns.local.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

import dev.bootpatterns.local.backing.BackingServices;
import dev.bootpatterns.local.plan.Options;
import dev.bootpatterns.local.plan.Plan;
import dev.bootpatterns.local.plan.SuiteFile;
import dev.bootpatterns.local.process.Readiness;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.up.Leftovers;
import picocli.CommandLine.Command;

/**
 * Does what the supervisor does at its start, without an effect on the suite that runs:
 * for the recording of the supervisor's AOT cache.
 */
@Command(name = "rehearse", hidden = true)
final class RehearseCommand implements Callable<Integer> {

	@Override
	public Integer call() throws IOException {
		SuiteHome home = SuiteCommand.home();
		SuiteHome stage = new SuiteHome(home.root(), home.run().resolve("training").resolve("supervisor"), 0);
		stage.create();
		BackingServices.rehearse(System.getenv(), home, stage);
		SuiteState state = new Leftovers(home).state().orElseThrow();
		Path copy = stage.state();
		Json.replace(copy, state);
		Options options = Json.read(home.options(), Options.class).orElseThrow();
		Plan plan = Plan.of(SuiteFile.load(System.getenv()), options, home,
				BackingServices.of(System.getenv(), home).values(), ProcessHandle.current().pid());
		Readiness readiness = Readiness.http(Duration.ofSeconds(2));
		plan.processes().forEach((process) -> readiness.ready(process.url()));
		return 0;
	}

}
