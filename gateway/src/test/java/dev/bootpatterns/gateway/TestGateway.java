package dev.bootpatterns.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.bootpatterns.gateway.replicas.ReplicaGuard;
import dev.bootpatterns.gateway.topology.TopologyClient;
import dev.bootpatterns.sharding.Topology;
import dev.bootpatterns.sharding.TopologyDocument;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.client.discovery.simple.InstanceProperties;
import org.springframework.cloud.client.discovery.simple.reactive.SimpleReactiveDiscoveryProperties;
import org.springframework.context.ConfigurableApplicationContext;

import static org.awaitility.Awaitility.await;

/**
 * The gateway with two fake owners and fake shard replicas behind it. It takes seconds to
 * start, so the tests of a class share one and {@linkplain #renew() renew} it.
 */
public final class TestGateway implements AutoCloseable {

	private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final Topology initial;

	private long epoch;

	private final List<FakeReplica> owners = List.of(new FakeReplica(FakeReplica.json(200, "")),
			new FakeReplica(FakeReplica.json(200, "")));

	private final List<List<FakeReplica>> shards = new ArrayList<>();

	private final ConfigurableApplicationContext context;

	private final boolean alone;

	/** Starts it, and waits until it is ready. */
	public TestGateway(Topology topology, int replicas, String... properties) {
		this(false, topology, replicas, properties);
	}

	/**
	 * Starts one whose routes are those of the properties, and waits until it is ready.
	 * Discovery lists the owners, but none of its routes needs them.
	 */
	public static TestGateway alone(String... properties) {
		return new TestGateway(true, Topology.balanced(1), 0, properties);
	}

	private TestGateway(boolean alone, Topology topology, int replicas, String... properties) {
		this.alone = alone;
		this.initial = topology;
		topology(topology);
		List<String> all = new ArrayList<>(List.of("--server.port=0", "--management.server.port=0",
				"--gateway.probe-period=50ms", "--gateway.topology-period=1h"));
		String instances = "--spring.cloud.discovery.client.simple.instances.";
		for (int owner = 0; owner < this.owners.size(); owner++) {
			all.add(instances + "owners[" + owner + "].uri=" + this.owners.get(owner).uri());
			all.add(instances + "owners[" + owner + "].metadata.replica=owner-" + (owner + 1));
		}
		int number = 0;
		for (int shard = 0; shard < topology.shards(); shard++) {
			this.shards.add(new ArrayList<>());
			for (int replica = 0; replica < replicas; replica++) {
				FakeReplica fake = new FakeReplica(FakeReplica.json(200, "{}"));
				this.shards.get(shard).add(fake);
				String instance = instances + "shards[" + number++ + "].";
				all.add(instance + "uri=" + fake.uri());
				all.add(instance + "metadata.shard=" + shard);
				all.add(instance + "metadata.replica=" + (char) ('a' + replica));
			}
		}
		all.addAll(List.of(properties));
		this.context = new SpringApplicationBuilder(GatewayApplication.class).run(all.toArray(String[]::new));
		awaitReady();
	}

	/**
	 * As it was at first, for the next test: replicas that are there and answer
	 * {@code {}}, of which nothing is known, and the first topology.
	 */
	public void renew() {
		this.owners.forEach((owner) -> owner.renew(FakeReplica.json(200, "")));
		this.shards.forEach((replicas) -> replicas.forEach((replica) -> replica.renew(FakeReplica.json(200, "{}"))));
		topology(this.initial);
		this.context.getBean(ReplicaGuard.class).forget((replica) -> true);
		awaitReady();
	}

	private void awaitReady() {
		int replicas = this.owners.size() + this.shards.stream().mapToInt(List::size).sum();
		await().until(() -> {
			if (this.alone) {
				return get("/readyz").status() == 200;
			}
			refreshTopology();
			return gauge("gateway.replicas.ready") == replicas && epoch() == this.epoch
					&& get("/readyz").status() == 200;
		});
	}

	public void refreshTopology() {
		this.context.getBean(TopologyClient.class).refresh().block();
	}

	/** The epoch that the gateway uses. */
	public long epoch() {
		return this.context.getBean(TopologyClient.class).current().map(Topology::epoch).orElse(0L);
	}

	/** The breakers that are not closed. */
	public List<String> openBreakers() {
		return this.context.getBean(CircuitBreakerRegistry.class)
			.getAllCircuitBreakers()
			.stream()
			.filter((breaker) -> breaker.getState() != CircuitBreaker.State.CLOSED)
			.map(CircuitBreaker::getName)
			.toList();
	}

	/** What the owners say from now on, as the next epoch. */
	public void topology(Topology slots) {
		this.epoch++;
		topology(slots, this.epoch);
	}

	/** What the owners say from now on. */
	public void topology(Topology slots, long stated) {
		TopologyDocument document = new TopologyDocument(stated, slots.toDocument().shards());
		String json = JsonMapper.shared().writeValueAsString(document);
		this.owners.forEach((owner) -> owner.behave(FakeReplica.json(200, json)));
	}

	public FakeReplica owner(int number) {
		return this.owners.get(number);
	}

	public int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	public FakeReplica replica(int shard, int replica) {
		return this.shards.get(shard).get(replica);
	}

	/** Another replica is in discovery from now on. */
	public void list(int shard, String name, String uri) {
		InstanceProperties instance = new InstanceProperties();
		instance.setServiceId("shards");
		instance.setUri(URI.create(uri));
		instance.setMetadata(Map.of("shard", Integer.toString(shard), "replica", name));
		shardInstances((instances) -> instances.add(instance));
	}

	/** A replica is in discovery no more. */
	public void unlist(String name) {
		shardInstances(
				(instances) -> instances.removeIf((instance) -> name.equals(instance.getMetadata().get("replica"))));
	}

	private void shardInstances(Consumer<List<InstanceProperties>> change) {
		SimpleReactiveDiscoveryProperties discovery = this.context.getBean(SimpleReactiveDiscoveryProperties.class);
		List<InstanceProperties> shardInstances = new ArrayList<>(discovery.getInstances("shards"));
		change.accept(shardInstances);
		discovery.setInstances(Map.of("owners", discovery.getInstances("owners"), "shards", shardInstances));
	}

	/** All requests that the replicas of a shard got. */
	public List<String> requests(int shard) {
		return this.shards.get(shard).stream().flatMap((replica) -> replica.requests().stream()).toList();
	}

	public double gauge(String name) {
		return this.context.getBean(MeterRegistry.class).get(name).gauge().value();
	}

	public double counter(String name, String... tags) {
		return this.context.getBean(MeterRegistry.class).get(name).tags(tags).counter().count();
	}

	/** How often a timer was stopped. */
	public long timed(String name, String... tags) {
		return this.context.getBean(MeterRegistry.class)
			.find(name)
			.tags(tags)
			.timers()
			.stream()
			.mapToLong(Timer::count)
			.sum();
	}

	public boolean hasBean(String name) {
		return this.context.containsBean(name);
	}

	/** A request with a JSON body to the management port. */
	public Answer management(String method, String path, String json) {
		int management = this.context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
		return send(management, method, path, BodyPublishers.ofString(json), "Content-Type", "application/json");
	}

	public Answer get(String path, String... headers) {
		return send("GET", path, BodyPublishers.noBody(), headers);
	}

	public Answer send(String method, String path, BodyPublisher body, String... headers) {
		return send(port(), method, path, body, headers);
	}

	private static Answer send(int port, String method, String path, BodyPublisher body, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.method(method, body);
		for (int i = 0; i < headers.length; i += 2) {
			request.header(headers[i], headers[i + 1]);
		}
		try {
			return new Answer(HTTP.send(request.build(), BodyHandlers.ofString()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The status line of the answer to a request that is written as it stands. */
	public String raw(String request) {
		try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port())) {
			client.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
			return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))
				.readLine();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Sends a request without a body whose answer nobody waits for. */
	public Socket begin(String methodAndPath) {
		try {
			Socket client = new Socket(InetAddress.getLoopbackAddress(), port());
			client.getOutputStream()
				.write((methodAndPath + " HTTP/1.1\r\nHost: gateway\r\n\r\n").getBytes(StandardCharsets.UTF_8));
			return client;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.owners.forEach(FakeReplica::close);
		this.shards.forEach((replicas) -> replicas.forEach(FakeReplica::close));
		this.context.close();
	}

	/** An answer, whole. */
	public record Answer(HttpResponse<String> response) {

		public int status() {
			return this.response.statusCode();
		}

		public String header(String name) {
			return this.response.headers().firstValue(name).orElse("");
		}

		public JsonNode json() {
			return JsonMapper.shared().readTree(this.response.body());
		}

		public String detail() {
			return header("Content-Type").equals("application/problem+json") ? json().path("detail").asString()
					: "not a problem: " + this.response.body();
		}

	}

}
