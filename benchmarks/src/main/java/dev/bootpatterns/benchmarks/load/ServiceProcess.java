package dev.bootpatterns.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

import org.apache.hc.core5.http.HttpStatus;

/** A service that is started to be measured, on ports that are free. */
final class ServiceProcess implements AutoCloseable {

	private static final Duration START = Duration.ofSeconds(60);

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	/** As {@code suite.yaml} starts the gateway. */
	private static final List<String> GATEWAY_FLAGS = List.of("-XX:+UseSerialGC", "-Xmx192m", "-Xmn112m");

	private final Path jar;

	private final URI uri;

	private final URI management;

	private final Path log;

	private final Process process;

	/**
	 * Starts it.
	 * @param jar of the service
	 * @param flags of its JVM
	 * @param arguments such as {@code --gateway.hedging.mode=off}
	 */
	ServiceProcess(Path jar, List<String> flags, List<String> arguments) throws IOException {
		this.jar = jar;
		int port = freePort();
		int managementPort = freePort();
		this.uri = URI.create("http://127.0.0.1:" + port);
		this.management = URI.create("http://127.0.0.1:" + managementPort);
		this.log = Files.createTempFile("benchmarks-", ".log");
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(flags);
		command.addAll(List.of("-jar", jar.toString(), "--server.address=127.0.0.1", "--server.port=" + port,
				"--management.server.port=" + managementPort));
		command.addAll(arguments);
		this.process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(this.log.toFile()).start();
	}

	static ServiceProcess gateway(Path jar, List<String> arguments) throws IOException {
		return new ServiceProcess(jar, GATEWAY_FLAGS, arguments);
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	long pid() {
		return this.process.pid();
	}

	URI uri() {
		return this.uri;
	}

	/** Waits until it serves. */
	void awaitReady() {
		long end = System.nanoTime() + START.toNanos();
		try (LoadClient client = new LoadClient(this.uri, TIMEOUT)) {
			while (!isReady(client)) {
				if (!this.process.isAlive() || System.nanoTime() > end) {
					throw new LoadFailure("%s does not start; it said:\n%s".formatted(this.jar.getFileName(),
							Files.readString(this.log)));
				}
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean isReady(LoadClient client) {
		try {
			return client.get("/readyz").status() == HttpStatus.SC_OK;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * What one of its counters says.
	 * @param name as Prometheus has it
	 * @return the sum over all its tags
	 */
	double count(String name) {
		try (LoadClient client = new LoadClient(this.management, TIMEOUT)) {
			Pattern sample = Pattern.compile(Pattern.quote(name) + "(?:\\{.*\\})? ([0-9.E+]+)");
			return client.get("/actuator/prometheus")
				.body()
				.lines()
				.map(sample::matcher)
				.filter((matcher) -> matcher.matches())
				.mapToDouble((matcher) -> Double.parseDouble(matcher.group(1)))
				.sum();
		}
		catch (IOException ex) {
			throw new LoadFailure(
					"the metrics of %s cannot be read: %s".formatted(this.jar.getFileName(), ex.getMessage()));
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		this.process.onExit().join();
		try {
			Files.deleteIfExists(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
