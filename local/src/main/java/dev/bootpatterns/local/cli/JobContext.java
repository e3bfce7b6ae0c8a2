package dev.bootpatterns.local.cli;

import java.util.List;
import java.util.Optional;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.client.GatewayClient;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.job.Jobs;
import dev.bootpatterns.local.job.Pipelines;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.Secrets;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.up.Leftovers;

/**
 * The suite that runs, for commands about its jobs.
 *
 * @param home its files
 * @param gateway its API
 * @param jobs its jobs
 * @param pipelines its pipelines
 * @param console where to print
 */
record JobContext(SuiteHome home, GatewayClient gateway, Jobs jobs, Pipelines pipelines, Console console) {

	static JobContext ofRunningSuite() {
		SuiteHome home = SuiteCommand.home();
		Leftovers leftovers = new Leftovers(home);
		Optional<SuiteState> state = leftovers.supervisor().isPresent() ? leftovers.state() : Optional.empty();
		ProcessState gateway = state.map(SuiteState::processes)
			.orElse(List.of())
			.stream()
			.filter((process) -> process.name().equals("gateway"))
			.findFirst()
			.orElseThrow(() -> new SuiteFailure("nothing runs: './suite up' starts the suite"));
		Console console = Console.system();
		GatewayClient client = new GatewayClient(gateway.url(), Secrets.readOrCreate(home.adminToken()));
		Jobs jobs = new Jobs(client, console);
		return new JobContext(home, client, jobs, new Pipelines(client, jobs, console), console);
	}

}
