package dev.bootpatterns.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

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

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	private final List<HttpServer> backends;

	private final Path configuration;

	private final ServiceProcess gateway;

	/**
	 * Starts all of it.
	 * @param jar of the gateway
	 */
	RoutingRig(Path jar) throws IOException {
		// Or small answers wait for the client's delayed acknowledgement.
		System.setProperty("sun.net.httpserver.nodelay", "true");
		this.backends = List.of(backend(), backend());
		List<String> urls = this.backends.stream()
			.map((backend) -> "http://127.0.0.1:" + backend.getAddress().getPort())
			.toList();
		this.configuration = Files.writeString(Files.createTempFile("routing-", ".yaml"),
				configuration(urls.get(0), urls.get(1)));
		this.gateway = ServiceProcess.gateway(jar,
				List.of("--spring.config.additional-location=file:" + this.configuration));
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

	ServiceProcess gateway() {
		return this.gateway;
	}

	@Override
	public void close() {
		this.gateway.close();
		this.backends.forEach((backend) -> backend.stop(0));
		this.executor.shutdownNow();
		try {
			Files.deleteIfExists(this.configuration);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
