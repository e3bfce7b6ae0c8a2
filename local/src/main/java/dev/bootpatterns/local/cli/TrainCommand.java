package dev.bootpatterns.local.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.backing.BackingServices;
import dev.bootpatterns.local.build.AotTraining;
import dev.bootpatterns.local.build.CommandLineCache;
import dev.bootpatterns.local.build.Jdk;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.plan.Options;
import dev.bootpatterns.local.plan.Plan;
import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.plan.SuiteFile;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.supervise.DetachedSupervisor;
import dev.bootpatterns.local.up.Leftovers;
import picocli.CommandLine.Command;

/**
 * {@code ./suite train}.
 */
@Command(name = "train", mixinStandardHelpOptions = true,
		description = "Records the AOT caches that make the next start quick, beside the running suite. The first up does "
				+ "that by itself, in the background.")
final class TrainCommand implements Callable<Integer> {

	private final Console console = Console.system();

	private boolean failed;

	/** One recording at a time, or two would write the same file. */
	@Override
	public Integer call() throws IOException {
		SuiteHome home = SuiteCommand.home();
		home.create();
		try (FileChannel channel = FileChannel.open(home.run().resolve("train.lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE); FileLock _ = waitFor(channel)) {
			return train(home);
		}
	}

	private FileLock waitFor(FileChannel channel) throws IOException {
		FileLock lock = channel.tryLock();
		if (lock == null) {
			this.console.line("waiting for a recording that is under way");
			lock = channel.lock();
		}
		return lock;
	}

	private int train(SuiteHome home) {
		ProcessHandle supervisor = new Leftovers(home).supervisor()
			.orElseThrow(() -> new SuiteFailure("the caches are recorded beside a running suite: './suite up' first"));
		Options options = Json.read(home.options(), Options.class).orElseThrow();
		Plan plan = Plan.of(SuiteFile.load(System.getenv()), options, home,
				BackingServices.of(System.getenv(), home).values(), supervisor.pid());
		Jdk jdk = Jdk.current();
		train("suite", () -> new CommandLineCache(home, jdk).record());
		train("supervisor", () -> new DetachedSupervisor(home, jdk).recordCache());
		Map<String, PlannedProcess> oneOfEach = new LinkedHashMap<>();
		plan.processes().forEach((process) -> oneOfEach.putIfAbsent(process.module(), process));
		AotTraining training = new AotTraining(home, jdk);
		oneOfEach.forEach((module, process) -> train(module, () -> training.train(process)));
		return this.failed ? 1 : 0;
	}

	/** One that cannot be recorded is no reason to do without the others. */
	private void train(String what, BooleanSupplier training) {
		Instant start = Instant.now();
		try {
			boolean recorded = training.getAsBoolean();
			this.console.line("%s: %s".formatted(what, recorded
					? "recorded in " + Console.text(Duration.between(start, Instant.now())) : "has its cache"));
		}
		catch (SuiteFailure ex) {
			this.failed = true;
			this.console.line("%s: %s (log: %s)".formatted(what, ex.getMessage(), ex.log()));
		}
	}

}
