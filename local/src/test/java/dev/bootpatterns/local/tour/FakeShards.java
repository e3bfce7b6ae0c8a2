package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

	private final Set<String> documents = ConcurrentHashMap.newKeySet();

	private final String topology;

	private final UnaryOperator<String> shardOf;

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
		this.server.createContext(DOCUMENTS, this::document);
		this.server.start();
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	Set<String> documents() {
		return Set.copyOf(this.documents);
	}

	private void document(HttpExchange exchange) throws IOException {
		String id = exchange.getRequestURI().getPath().substring(DOCUMENTS.length());
		exchange.getResponseHeaders().add("X-Shard", this.shardOf.apply(id));
		exchange.getResponseHeaders().add("X-Replica", "a");
		switch (exchange.getRequestMethod()) {
			case "PUT" -> answer(exchange, this.documents.add(id) ? 201 : 200, "{}");
			case "DELETE" -> answer(exchange, this.documents.remove(id) ? 200 : 404, "{}");
			default -> answer(exchange, this.documents.contains(id) ? 200 : 404, "{}");
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
