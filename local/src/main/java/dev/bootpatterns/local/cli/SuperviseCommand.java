package dev.bootpatterns.local.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.backing.BackingServices;
import dev.bootpatterns.local.build.Application;
import dev.bootpatterns.local.build.Jdk;
import dev.bootpatterns.local.plan.Options;
import dev.bootpatterns.local.plan.Plan;
import dev.bootpatterns.local.plan.SuiteFile;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.state.SuiteState.Phase;
import dev.bootpatterns.local.process.Readiness;
import dev.bootpatterns.local.supervise.Supervisor;
import picocli.CommandLine.Command;

/**
 * The background process that {@code up} starts: hosts database and broker, and
 * supervises the services.
 */
@Command(name = "supervise", hidden = true)
final class SuperviseCommand implements Callable<Integer> {

	private static final Duration READY_WITHIN = Duration.ofMinutes(5);

	private static final Duration SERVICE_ENDS_WITHIN = Duration.ofSeconds(25);

	private static final Duration PROBE = Duration.ofSeconds(2);

	@Override
	public Integer call() throws IOException, InterruptedException {
		SuiteHome home = SuiteCommand.home();
		try (FileChannel channel = FileChannel.open(home.run().resolve("supervisor.lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE); FileLock lock = channel.tryLock()) {
			if (lock == null) {
				throw new SuiteFailure("another supervisor is at work in " + home.directory());
			}
			return supervise(home);
		}
	}

	private static int supervise(SuiteHome home) throws InterruptedException {
		Options options = Json.read(home.run().resolve("options.json"), Options.class)
			.orElseThrow(() -> new SuiteFailure("only './suite up' starts this"));
		BackingServices backing = BackingServices.of(System.getenv(), home);
		Plan plan = Plan.of(SuiteFile.load(System.getenv()), options, home, backing.values(),
				ProcessHandle.current().pid());
		Jdk jdk = Jdk.current();
		Supervisor supervisor = new Supervisor(plan, backing.services(),
				(process) -> new Application(home, process.module(), jdk).command(process), Readiness.http(PROBE),
				(state) -> write(home, state), InstantSource.system());
		Runtime.getRuntime()
			.addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> supervisor.stop(SERVICE_ENDS_WITHIN)));
		try {
			supervisor.start(READY_WITHIN);
		}
		catch (SuiteFailure failure) {
			supervisor.stop(SERVICE_ENDS_WITHIN);
			Path log = failure.log();
			write(home, new SuiteState(Phase.FAILED, null, failure.getMessage(), (log != null) ? log.toString() : null,
					ProcessId.of(ProcessHandle.current()), List.of()));
			return 1;
		}
		new CountDownLatch(1).await();
		return 0;
	}

	private static void write(SuiteHome home, SuiteState state) {
		try {
			Json.replace(home.state(), state);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
