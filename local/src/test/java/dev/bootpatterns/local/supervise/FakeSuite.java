package dev.bootpatterns.local.supervise;

import dev.bootpatterns.local.process.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import dev.bootpatterns.local.build.Jdk;
import dev.bootpatterns.local.plan.Plan;
import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.state.SuiteState;

/**
 * A supervisor of fake services, in this process or, as {@code main}, in one of its own.
 */
final class FakeSuite {

	private FakeSuite() {
	}

	public static void main(String[] args) throws InterruptedException {
		SuiteHome home = new SuiteHome(Path.of(args[0]), Path.of(args[0]), 0);
		supervisor(home, List.of(service(home, "a", ""), service(home, "b", "")), (state) -> write(home, state))
			.start(Duration.ofSeconds(30));
		new CountDownLatch(1).await();
	}

	static Supervisor supervisor(SuiteHome home, List<PlannedProcess> processes,
			java.util.function.Consumer<SuiteState> publisher, BackingService... backing) {
		return new Supervisor(new Plan(4, processes), List.of(backing), FakeSuite::command,
				Readiness.http(Duration.ofSeconds(2)), publisher, InstantSource.system());
	}

	static PlannedProcess service(SuiteHome home, String name, String mode) {
		int port = freePort();
		return new PlannedProcess(name, name, "fake", port, "http://127.0.0.1:" + port,
				List.of(home.marker(), "-Xmx16m"), Map.of("SERVER_PORT", Integer.toString(port), "FAKE_MODE", mode),
				List.of(), home.log(name), Map.of(), null);
	}

	/** One that knows whose replica it is. */
	static PlannedProcess replica(SuiteHome home, String shard, String letter, String mode) {
		PlannedProcess process = service(home, "shard-%s-%s".formatted(shard, letter), mode);
		return new PlannedProcess(process.name(), "shard", process.module(), process.port(), process.url(),
				process.java(), process.environment(), process.after(), process.log(),
				Map.of("shard", shard, "replica", letter), null);
	}

	static List<String> command(PlannedProcess process) {
		return java(process.java(), FakeService.class);
	}

	static List<String> java(List<String> flags, Class<?> main, String... arguments) {
		List<String> command = new ArrayList<>(List.of(Jdk.current().java().toString()));
		command.addAll(flags);
		command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
				System.getProperty("java.class.path"), main.getName()));
		command.addAll(List.of(arguments));
		return command;
	}

	private static void write(SuiteHome home, SuiteState state) {
		try {
			Json.replace(home.state(), state);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
