package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * A gateway before shards that forget nothing.
 */
final class FakeShards implements AutoCloseable {

	private static final String DOCUMENTS = "/documents/";

	private final HttpServer server;

	/** By id, as they were put. */
	private final Map<String, String> documents = new ConcurrentHashMap<>();

	/** How often each document was read, by id. */
	private final Map<String, Integer> reads = new ConcurrentHashMap<>();

	private final AtomicInteger refusals = new AtomicInteger();

	private final String topology;

	private final UnaryOperator<String> shardOf;

	private volatile Function<Map<String, Integer>, String> heat = (asked) -> "{}";

	/** The Cache-Status of a read with that Cache-Control. */
	private volatile UnaryOperator<String> sharing = (control) -> "";

	private volatile boolean forgetful;

	/**
	 * Shards.
	 * @param shards how many
	 * @param shardOf the shard of a document's id
	 */
	FakeShards(int shards, UnaryOperator<String> shardOf) throws IOException {
		this.topology = IntStream.range(0, shards)
			.mapToObj("{\"shard\": \"%d\"}"::formatted)
			.collect(Collectors.joining(",", "{\"shards\": [", "]}"));
		this.shardOf = shardOf;
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/topology", (exchange) -> answer(exchange, 200, this.topology));
		this.server.createContext("/topology/heat", (exchange) -> answer(exchange, 200, this.heat.apply(this.reads)));
		this.server.createContext("/topology/plan", (exchange) -> answer(exchange, 200, "{\"slots\": 1}"));
		this.server.createContext("/topology/apply", this::apply);
		this.server.createContext("/topology/changes/", (exchange) -> answer(exchange, 200, "{\"state\": \"DONE\"}"));
		this.server.createContext("/search",
				(exchange) -> answer(exchange, 200, "{\"total\": %d}".formatted(this.documents.size())));
		this.server.createContext(DOCUMENTS, this::document);
		this.server.start();
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	Set<String> documents() {
		return Set.copyOf(this.documents.keySet());
	}

	/** So many changes are refused because another is under way. */
	void refuseChanges(int number) {
		this.refusals.set(number);
	}

	/** What the owner makes of the reads. */
	FakeShards measure(Function<Map<String, Integer>, String> measured) {
		this.heat = measured;
		return this;
	}

	/** What is said about a read, by its Cache-Control. */
	FakeShards share(UnaryOperator<String> cacheStatus) {
		this.sharing = cacheStatus;
		return this;
	}

	/** From now on only the first write of a document is kept. */
	FakeShards forget() {
		this.forgetful = true;
		return this;
	}

	private void apply(HttpExchange exchange) throws IOException {
		boolean refused = this.refusals.getAndUpdate((left) -> Math.max(0, left - 1)) > 0;
		answer(exchange, refused ? 409 : 202, refused ? "{\"change\": 6}" : "{\"id\": 7}");
	}

	private void document(HttpExchange exchange) throws IOException {
		String id = exchange.getRequestURI().getPath().substring(DOCUMENTS.length());
		exchange.getResponseHeaders().add("X-Shard", this.shardOf.apply(id));
		exchange.getResponseHeaders().add("X-Replica", "a");
		switch (exchange.getRequestMethod()) {
			case "PUT" -> {
				String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
				String before = this.forgetful ? this.documents.putIfAbsent(id, body) : this.documents.put(id, body);
				answer(exchange, (before == null) ? 201 : 200, "{}");
			}
			case "DELETE" -> answer(exchange, (this.documents.remove(id) != null) ? 200 : 404, "{}");
			default -> {
				this.reads.merge(id, 1, Integer::sum);
				String control = exchange.getRequestHeaders().getFirst("Cache-Control");
				exchange.getResponseHeaders().add("Cache-Status", this.sharing.apply((control != null) ? control : ""));
				answer(exchange, this.documents.containsKey(id) ? 200 : 404, this.documents.getOrDefault(id, "{}"));
			}
		}
	}

	private static void answer(HttpExchange exchange, int status, String json) throws IOException {
		byte[] body = json.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(status, body.length);
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
