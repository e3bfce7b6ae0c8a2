package dev.bootpatterns.local.tour;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.LogTail;
import dev.bootpatterns.local.process.Readiness;
import dev.bootpatterns.local.client.GatewayClient;

/**
 * Starts gateways of their own, as they would stand beside an application: configured by
 * their environment alone.
 *
 * @param command the command line of a gateway; it carries the suite's marker, so that
 * {@code ./suite down} finds one that a killed tour has left
 * @param log where their output goes
 */
public record Ambassadors(Supplier<List<String>> command, Path log) {

	private static final Duration READY_WITHIN = Duration.ofSeconds(60);

	private static final Duration PROBE = Duration.ofSeconds(2);

	private static final int LINES_SHOWN = 15;

	/**
	 * Starts one on the loopback, on ports that are free, and returns when it is ready.
	 * @param environment its configuration
	 * @param suite beside which it runs
	 * @return the ambassador, to be closed
	 * @throws IOException when the system does not start it
	 * @throws SuiteFailure when it ends by itself, or is not ready in time
	 */
	Ambassador start(Map<String, String> environment, RunningSuite suite) throws IOException {
		int port = freePort();
		ProcessBuilder builder = new ProcessBuilder(this.command.get()).redirectErrorStream(true)
			.redirectInput(new File("/dev/null"))
			.redirectOutput(this.log.toFile());
		builder.environment()
			.putAll(Map.of("SERVER_PORT", Integer.toString(port), "SERVER_ADDRESS", "127.0.0.1",
					"MANAGEMENT_SERVER_PORT", "0"));
		builder.environment().putAll(environment);
		String url = "http://127.0.0.1:" + port;
		Ambassador ambassador = new Ambassador(builder.start(), new GatewayClient(url, ""));
		Readiness readiness = Readiness.http(PROBE);
		boolean ready = suite.await(READY_WITHIN, () -> !ambassador.isAlive() || readiness.ready(url))
				&& ambassador.isAlive();
		if (!ready) {
			String how = ambassador.isAlive() ? "is not ready after %d s".formatted(READY_WITHIN.toSeconds())
					: "ended while starting";
			ambassador.close();
			throw new SuiteFailure(LogTail.under("the ambassador " + how, this.log, LINES_SHOWN), this.log);
		}
		return ambassador;
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	/**
	 * One that runs. It serves nobody but the step, so it is killed when that is over,
	 * and also by Ctrl-C.
	 */
	static final class Ambassador implements AutoCloseable {

		private final Process process;

		private final GatewayClient client;

		private final Thread hook = Thread.ofPlatform().name("ambassador").unstarted(this::kill);

		Ambassador(Process process, GatewayClient client) {
			this.process = process;
			this.client = client;
			Runtime.getRuntime().addShutdownHook(this.hook);
		}

		GatewayClient client() {
			return this.client;
		}

		ProcessHandle handle() {
			return this.process.toHandle();
		}

		boolean isAlive() {
			return this.process.isAlive();
		}

		private void kill() {
			this.process.destroyForcibly();
			this.process.onExit().join();
		}

		@Override
		public void close() {
			kill();
			try {
				Runtime.getRuntime().removeShutdownHook(this.hook);
			}
			catch (IllegalStateException ex) {
				// The JVM is ending: the hook runs.
			}
		}

	}

}
