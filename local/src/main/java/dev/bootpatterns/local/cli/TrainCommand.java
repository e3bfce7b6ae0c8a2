package dev.bootpatterns.local.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.backing.BackingServices;
import dev.bootpatterns.local.build.AotTraining;
import dev.bootpatterns.local.build.Jdk;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.plan.Options;
import dev.bootpatterns.local.plan.Plan;
import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.plan.SuiteFile;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.supervise.Leftovers;
import picocli.CommandLine.Command;

/**
 * {@code ./suite train}.
 */
@Command(name = "train", mixinStandardHelpOptions = true,
		description = "Records the AOT caches that make the next start quick, beside the running suite. The first up does "
				+ "that by itself, in the background.")
final class TrainCommand implements Callable<Integer> {

	@Override
	public Integer call() {
		SuiteHome home = SuiteCommand.home();
		Console console = Console.system();
		if (new Leftovers(home).supervisor().isEmpty()) {
			throw new SuiteFailure("the caches are recorded beside a running suite: './suite up' first");
		}
		Options options = Json.read(home.run().resolve("options.json"), Options.class).orElseThrow();
		Plan plan = Plan.of(SuiteFile.load(System.getenv()), options, home,
				BackingServices.of(System.getenv(), home).values(), ProcessHandle.current().pid());
		Map<String, PlannedProcess> oneOfEach = new LinkedHashMap<>();
		plan.processes().forEach((process) -> oneOfEach.putIfAbsent(process.module(), process));
		AotTraining training = new AotTraining(home, Jdk.current());
		for (PlannedProcess process : oneOfEach.values()) {
			Instant start = Instant.now();
			boolean recorded = training.train(process);
			console.line("%s: %s".formatted(process.module(), recorded
					? "recorded in " + Console.text(Duration.between(start, Instant.now())) : "has its cache"));
		}
		return 0;
	}

}
