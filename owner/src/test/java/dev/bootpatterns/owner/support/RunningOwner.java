package dev.bootpatterns.owner.support;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.bootpatterns.owner.OwnerApplication;
import dev.bootpatterns.owner.sources.Source;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * A replica of the owner in this JVM, asked over HTTP.
 */
public final class RunningOwner implements AutoCloseable {

	static {
		// When a context closes, Spring AMQP may reject a task of its own on a thread of
		// its own (PublisherCallbackChannelImpl
		// after the factory's executor has ended). That is no failure of whichever test
		// waits at that moment.
		Awaitility.doNotCatchUncaughtExceptionsByDefault();
	}

	/** The administrator's token of every replica in tests. */
	public static final String TOKEN = "secret-of-tests";

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private static final JsonMapper JSON = JsonMapper.builder().build();

	static {
		// Generous: a machine that is busy is no reason to fail.
		Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
	}

	private final ConfigurableApplicationContext context;

	private final int port;

	private RunningOwner(ConfigurableApplicationContext context) {
		this.context = context;
		this.port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	public static RunningOwner start(String id, TestDatabase database, int brokerPort, Path corpus,
			String... properties) {
		return start(List.of(), id, database, brokerPort, corpus, properties);
	}

	/** With sources of the test's own beside the corpus. */
	public static RunningOwner start(List<Source> sources, String id, TestDatabase database, int brokerPort,
			Path corpus, String... properties) {
		List<String> all = new ArrayList<>(List.of("OWNER_ID=" + id, "OWNER_SHARDS=3", "OWNER_CORPUS=" + corpus,
				"OWNER_ADMIN_TOKEN=" + TOKEN, "spring.datasource.url=" + database.url(),
				"spring.datasource.username=postgres", "spring.rabbitmq.host=127.0.0.1",
				"spring.rabbitmq.port=" + brokerPort, "server.port=0", "management.server.port=0",
				"spring.rabbitmq.connection-timeout=1s", "owner.election.lease=3s", "owner.election.margin=500ms",
				"owner.election.renewal=500ms", "owner.election.retry=100ms", "owner.jobs.poll=100ms",
				"owner.jobs.backoff=100ms", "owner.jobs.item-timeout=2s", "owner.jobs.confirm-timeout=2s"));
		all.addAll(List.of(properties));
		return new RunningOwner(new SpringApplicationBuilder(OwnerApplication.class)
			.initializers((context) -> sources.forEach((source) -> ((GenericApplicationContext) context)
				.registerBean(source.name(), Source.class, () -> source)))
			.run(all.stream().map((property) -> "--" + canonical(property)).toArray(String[]::new)));
	}

	/** Environment variables as the arguments that they stand for. */
	private static String canonical(String property) {
		return property.replaceFirst("^OWNER_ADMIN_TOKEN=", "owner.admin.token=")
			.replaceFirst("^OWNER_ID=", "owner.id=")
			.replaceFirst("^OWNER_SHARDS=", "owner.shards=")
			.replaceFirst("^OWNER_CORPUS=", "owner.corpus=");
	}

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	public int beans(Class<?> type) {
		return this.context.getBeanNamesForType(type).length;
	}

	public HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path))
			.timeout(Duration.ofSeconds(10));
	}

	public HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return HTTP.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public HttpResponse<String> get(String path) {
		return send(request(path));
	}

	/** Bytes that are no text. */
	public HttpResponse<byte[]> download(String path) {
		return HTTP.sendAsync(request(path).build(), BodyHandlers.ofByteArray()).join();
	}

	public HttpResponse<String> post(String path, String body) {
		return send(request(path).header("Authorization", "Bearer " + TOKEN)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	public JsonNode json(String path) {
		return JSON.readTree(get(path).body());
	}

	/** Asks for a job over the corpus and says where it is. */
	public String job() {
		return job("corpus");
	}

	public String job(String source) {
		return jobWith("\"source\": \"%s\"".formatted(source));
	}

	/** Asks for a job with these members besides its handler. */
	public String jobWith(String members) {
		HttpResponse<String> answer = post("/jobs", "{%s, \"handler\": \"ingest\"}".formatted(members));
		if (answer.statusCode() != 202) {
			throw new AssertionError(answer.statusCode() + " " + answer.body());
		}
		return answer.headers().firstValue("Location").orElseThrow();
	}

	public JsonNode awaitState(String job, String state) {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.pollInterval(Duration.ofMillis(50))
			.ignoreExceptions()
			.until(() -> json(job), (answer) -> answer.path("state").asString().equals(state));
	}

	public RunningOwner awaitLeader(String id) {
		return awaitLeader("/leader", id);
	}

	public RunningOwner awaitLeader(String path, String id) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> json(path).path("leader").asString("").startsWith(id + "/"));
		return this;
	}

	public CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
		return HTTP.sendAsync(request.build(), BodyHandlers.ofString());
	}

	/** Asks the management port. */
	public HttpResponse<String> management(String path) {
		int management = this.context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
		return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + path)));
	}

	public double gauge(String name) {
		return bean(io.micrometer.core.instrument.MeterRegistry.class).get(name).gauge().value();
	}

	public double metric(String name, String... tags) {
		return bean(io.micrometer.core.instrument.MeterRegistry.class).get(name).tags(tags).counter().count();
	}

	/** Says of the replica that it accepts traffic, or refuses it. */
	public void readiness(ReadinessState state) {
		AvailabilityChangeEvent.publish(this.context, state);
	}

	/** As on SIGTERM. */
	public void stop() {
		this.context.close();
	}

	@Override
	public void close() {
		stop();
	}

}
