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

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.backing.BackingServices;
import dev.bootpatterns.local.build.Application;
import dev.bootpatterns.local.build.Jdk;
import dev.bootpatterns.local.plan.Options;
import dev.bootpatterns.local.plan.Plan;
import dev.bootpatterns.local.plan.SuiteFile;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.Resize;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.state.SuiteState.Phase;
import dev.bootpatterns.local.process.Readiness;
import dev.bootpatterns.local.supervise.ResizeRequests;
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
	public Integer call() throws IOException {
		SuiteHome home = SuiteCommand.home();
		try (FileChannel channel = FileChannel.open(home.run().resolve("supervisor.lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE); FileLock lock = channel.tryLock()) {
			if (lock == null) {
				throw new SuiteFailure("another supervisor is at work in " + home.directory());
			}
			return supervise(home);
		}
	}

	private static int supervise(SuiteHome home) {
		Options options = Json.read(home.options(), Options.class)
			.orElseThrow(() -> new SuiteFailure("only './suite up' starts this"));
		BackingServices backing = BackingServices.of(System.getenv(), home);
		SuiteFile file = SuiteFile.load(System.getenv());
		Plan plan = Plan.of(file, options, home, backing.values(), ProcessHandle.current().pid());
		Jdk jdk = Jdk.current();
		Supervisor supervisor = new Supervisor(plan, backing.services(),
				(process) -> new Application(home, process.module(), jdk).command(process), Readiness.http(PROBE),
				(state) -> write(home.state(), state), InstantSource.system());
		Runtime.getRuntime()
			.addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> supervisor.stop(SERVICE_ENDS_WITHIN)));
		try {
			supervisor.start(READY_WITHIN);
		}
		catch (SuiteFailure failure) {
			supervisor.stop(SERVICE_ENDS_WITHIN);
			Path log = failure.log();
			write(home.state(), new SuiteState(Phase.FAILED, null, failure.getMessage(),
					(log != null) ? log.toString() : null, ProcessId.of(ProcessHandle.current()), List.of(), null));
			return 1;
		}
		new ResizeRequests(home, (request) -> {
			Options sized = options.sized(request.shards(), request.replicas(), request.workers());
			Resize answer = supervisor.resize(request,
					(ports) -> Plan.of(file, sized, home, backing.values(), ProcessHandle.current().pid(), ports),
					SERVICE_ENDS_WITHIN);
			try {
				if (answer.refused() == null) {
					write(home.options(), sized);
				}
			}
			finally {
				supervisor.answer(answer);
			}
		}).serve();
		return 0;
	}

	private static void write(Path file, Object content) {
		try {
			Json.replace(file, content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
