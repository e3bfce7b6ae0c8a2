package dev.bootpatterns.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bootpatterns.sharding.Topology;
import org.apache.hc.core5.http.HttpStatus;
import tools.jackson.databind.json.JsonMapper;

/**
 * A gateway with three routes to the same two backends, which answer at once: one names
 * its backend, one shards by a topology as the suite's routes do, one over a list. The
 * backends stand in for owner and replicas, so that nothing else is measured.
 */
final class RoutingRig implements AutoCloseable {

	static final String PLAIN = "/plain/";

	static final String SHARDED = "/sharded/";

	static final String LISTED = "/listed/";

	private static final byte[] BODY = "a document of a kilobyte, or so\n".repeat(32).getBytes(StandardCharsets.UTF_8);

	private static final Duration START = Duration.ofSeconds(60);

	/** As {@code suite.yaml} starts it. */
	private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xmx192m", "-Xmn112m");

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	private final List<HttpServer> backends;

	private final Path directory;

	private final URI gateway;

	private final Process process;

	/**
	 * Starts all of it.
	 * @param jar of the gateway
	 */
	RoutingRig(Path jar) throws IOException {
		// Or small answers wait for the client's delayed acknowledgement.
		System.setProperty("sun.net.httpserver.nodelay", "true");
		this.directory = Files.createTempDirectory("routing-");
		this.backends = List.of(backend(), backend());
		int port = freePort();
		this.gateway = URI.create("http://127.0.0.1:" + port);
		List<String> urls = this.backends.stream()
			.map((backend) -> "http://127.0.0.1:" + backend.getAddress().getPort())
			.toList();
		Path configuration = Files.writeString(this.directory.resolve("routing.yaml"),
				configuration(urls.get(0), urls.get(1)));
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(FLAGS);
		command.addAll(List.of("-jar", jar.toString(), "--spring.config.additional-location=file:" + configuration,
				"--server.address=127.0.0.1", "--server.port=" + port, "--management.server.port=0"));
		this.process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log().toFile()).start();
	}

	private static String configuration(String one, String other) {
		return """
				spring.cloud.gateway.server.webflux.routes:
				  - {id: plain, uri: "%1$s", predicates: ["Path=/plain/**"]}
				  - {id: sharded, uri: no://op, predicates: ["Path=/sharded/**"], filters: ["ShardBy=path:/sharded/{id}"]}
				  - {id: listed, uri: no://op, predicates: ["Path=/listed/**"], filters: ["ShardBy=path:/listed/{id},backends"]}
				spring.cloud.discovery.client.simple.instances:
				  owners: [{uri: "%1$s"}]
				  shards:
				    - {uri: "%1$s", metadata: {shard: 0, replica: a}}
				    - {uri: "%2$s", metadata: {shard: 1, replica: a}}
				gateway.static.backends.backends: [{uri: "%1$s"}, {uri: "%2$s"}]
				"""
			.formatted(one, other);
	}

	private HttpServer backend() throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		byte[] topology = JsonMapper.shared().writeValueAsBytes(Topology.balanced(2).toDocument());
		server.createContext("/", (exchange) -> answer(exchange, BODY, "text/plain"));
		server.createContext("/topology", (exchange) -> answer(exchange, topology, "application/json"));
		server.setExecutor(this.executor);
		server.start();
		return server;
	}

	private static void answer(HttpExchange exchange, byte[] body, String type) throws IOException {
		try (exchange) {
			exchange.getResponseHeaders().set("Content-Type", type);
			exchange.sendResponseHeaders(HttpStatus.SC_OK, body.length);
			exchange.getResponseBody().write(body);
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	private Path log() {
		return this.directory.resolve("gateway.log");
	}

	URI gateway() {
		return this.gateway;
	}

	/** Waits until the gateway serves. */
	void awaitReady() {
		long end = System.nanoTime() + START.toNanos();
		try (LoadClient client = new LoadClient(this.gateway, Duration.ofSeconds(5))) {
			while (!isReady(client)) {
				if (!this.process.isAlive() || System.nanoTime() > end) {
					throw new LoadFailure("the gateway does not start; it said:\n" + Files.readString(log()));
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

	@Override
	public void close() {
		this.process.destroyForcibly();
		this.backends.forEach((backend) -> backend.stop(0));
		this.executor.shutdownNow();
		try {
			this.process.onExit().join();
			Files.deleteIfExists(log());
			Files.deleteIfExists(this.directory.resolve("routing.yaml"));
			Files.deleteIfExists(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
