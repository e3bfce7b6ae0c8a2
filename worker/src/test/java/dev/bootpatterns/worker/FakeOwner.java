package dev.bootpatterns.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The other side of the contract with the broker's plain client, so that what is tested
 * is what travels.
 */
class FakeOwner implements AutoCloseable {

	private static final JsonMapper JSON = new JsonMapper();

	private final int port;

	private final List<Result> results = new CopyOnWriteArrayList<>();

	private Connection connection;

	private Channel channel;

	FakeOwner(int port) throws Exception {
		this.port = port;
		this.connection = connect();
		this.channel = this.connection.createChannel();
		this.channel.confirmSelect();
	}

	private Connection connect() throws Exception {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setHost("127.0.0.1");
		factory.setPort(this.port);
		factory.setAutomaticRecoveryEnabled(false);
		return factory.newConnection("fake-owner");
	}

	void reconnect() throws Exception {
		this.connection.abort();
		this.connection = connect();
		this.channel = this.connection.createChannel();
		this.channel.confirmSelect();
	}

	Channel channel() {
		return this.channel;
	}

	/**
	 * Takes results from now on.
	 */
	void listen() throws IOException {
		for (String queue : List.of("work.results", "work.results.large")) {
			this.channel.basicConsume(queue, true, (_, delivery) -> {
				JsonNode body = JSON.readTree(delivery.getBody());
				for (JsonNode result : body.isArray() ? body : List.of(body)) {
					this.results
						.add(new Result(result, delivery.getProperties(), delivery.getEnvelope().getRoutingKey()));
				}
			}, (_) -> {
			});
		}
	}

	/**
	 * Sends what was interrupted again to this handler, unless it is done, as the next
	 * attempt.
	 */
	void listenAndSendAgain(String handler) throws IOException {
		this.channel.basicConsume("work.results", true, (_, delivery) -> {
			Result result = new Result(JSON.readTree(delivery.getBody()), delivery.getProperties(),
					delivery.getEnvelope().getRoutingKey());
			boolean done = this.results.stream()
				.anyMatch((known) -> known.item().equals(result.item()) && "DONE".equals(known.outcome()));
			this.results.add(result);
			if ("INTERRUPTED".equals(result.outcome()) && !done) {
				Map<String, Object> headers = headers(result.job(), result.item(), handler);
				headers.put("X-Attempt", result.body().path("attempt").asInt() + 1);
				this.channel.basicPublish("work", "items", true, properties(headers),
						("content of " + result.item()).getBytes(StandardCharsets.UTF_8));
			}
		}, (_) -> {
		});
	}

	static Map<String, Object> headers(String job, String item, String handler) {
		Map<String, Object> headers = new HashMap<>();
		headers.put("X-Job", job);
		headers.put("X-Item", item);
		headers.put("X-Attempt", 1);
		headers.put("X-Handler", handler);
		headers.put("X-Parameters", "{}");
		headers.put("X-Owner-Term", 7L);
		return headers;
	}

	void send(String job, String item, String handler) throws Exception {
		send(headers(job, item, handler), "content of " + item);
	}

	void send(Map<String, Object> headers, String content) throws Exception {
		this.channel.basicPublish("work", "items", true, properties(headers), content.getBytes(StandardCharsets.UTF_8));
		this.channel.waitForConfirmsOrDie(10_000);
	}

	private static BasicProperties properties(Map<String, Object> headers) {
		return new BasicProperties.Builder().headers(headers)
			.deliveryMode(2)
			.type("work.item")
			.messageId(headers.get("X-Job") + "/1/" + headers.get("X-Item"))
			.build();
	}

	/**
	 * The results so far, without the announcements.
	 */
	List<Result> results(String job) {
		return this.results.stream()
			.filter((result) -> result.job().equals(job) && !"STARTED".equals(result.outcome()))
			.toList();
	}

	/** The items of which this was reported, once for each report. */
	List<String> results(String job, String outcome) {
		return results(job).stream().filter((result) -> result.outcome().equals(outcome)).map(Result::item).toList();
	}

	Result result(String job, String item) {
		return results(job).stream().filter((result) -> result.item().equals(item)).findFirst().orElseThrow();
	}

	List<Result> started(String job) {
		return this.results.stream()
			.filter((result) -> result.job().equals(job) && "STARTED".equals(result.outcome()))
			.toList();
	}

	long waiting(String queue) throws IOException {
		return this.channel.messageCount(queue);
	}

	@Override
	public void close() {
		this.connection.abort();
	}

	/**
	 * A result as it arrived.
	 */
	record Result(JsonNode body, BasicProperties properties, String key) {

		String job() {
			return this.body.path("job").asString();
		}

		String item() {
			return this.body.path("item").asString();
		}

		String outcome() {
			return this.body.path("outcome").asString();
		}

		String reason() {
			return this.body.path("reason").asString("");
		}

		String header(String name) {
			return String.valueOf(this.properties.getHeaders().get(name));
		}

	}

}
