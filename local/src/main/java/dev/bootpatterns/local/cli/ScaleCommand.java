package dev.bootpatterns.local.cli;

import java.time.InstantSource;
import java.util.concurrent.Callable;

import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.plan.Backing;
import dev.bootpatterns.local.plan.Plan;
import dev.bootpatterns.local.plan.SuiteFile;
import dev.bootpatterns.local.scale.Scale;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.up.Leftovers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code ./suite scale}.
 */
@Command(name = "scale", mixinStandardHelpOptions = true,
		description = "Changes how many processes the running suite has, and with --shards which documents they have, live: "
				+ "shows what will move, starts what is missing, has the owner change the topology, ends what is not needed any "
				+ "more. When it fails or is interrupted, repeating it finishes the work.")
final class ScaleCommand implements Callable<Integer> {

	@Spec
	@Nullable CommandSpec spec;

	@Option(names = "--shards", paramLabel = "N", description = "Shards, 1 to 16.")
	@Nullable Integer shards;

	@Option(names = "--replicas", paramLabel = "N", description = "Replicas of each shard, 1 to 8.")
	@Nullable Integer replicas;

	@Option(names = "--workers", paramLabel = "N", description = "Workers, 0 to 32.")
	@Nullable Integer workers;

	@Override
	public Integer call() {
		CommandSpec command = this.spec;
		if (command != null && this.shards == null && this.replicas == null && this.workers == null) {
			throw new CommandLine.ParameterException(command.commandLine(),
					"Give one or more of --shards, --replicas, --workers");
		}
		SuiteHome home = SuiteCommand.home();
		SuiteFile file = SuiteFile.load(System.getenv());
		// Only names and ports are needed of the plan; the supervisor makes its own.
		Backing none = new Backing("", "", "", "", "", "", "");
		return new Scale(home, new Leftovers(home)::state,
				(options, ports) -> Plan.of(file, options, home, none, 0, ports), Console.system(),
				InstantSource.system())
			.run(new Scale.Request(this.shards, this.replicas, this.workers));
	}

}
