package dev.bootpatterns.local.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * Answers what it was told to, and 404 to everything else.
 */
public final class FakeGateway implements AutoCloseable {

	private final HttpServer server;

	private final Map<String, String> answers = new ConcurrentHashMap<>();

	private final Queue<String> posts = new ConcurrentLinkedQueue<>();

	private volatile String created = "";

	public FakeGateway() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::answer);
		this.server.start();
	}

	/** What a GET of this path, with its query, answers. */
	public FakeGateway with(String path, String json) {
		this.answers.put(path, json);
		return this;
	}

	public FakeGateway without(String path) {
		this.answers.remove(path);
		return this;
	}

	/** The job that a POST makes. */
	public FakeGateway creates(String job) {
		this.created = job;
		return this;
	}

	public String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	public GatewayClient client() {
		return new GatewayClient(url(), "token");
	}

	/** What was POSTed so far: path and body. */
	public List<String> posts() {
		return List.copyOf(this.posts);
	}

	private void answer(HttpExchange exchange) throws IOException {
		String path = exchange.getRequestURI().toString();
		String known = this.answers.get(path);
		if (exchange.getRequestMethod().equals("POST")) {
			this.posts.add(path + " " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
			exchange.getResponseHeaders().add("Location", "/jobs/" + this.created);
			exchange.sendResponseHeaders(this.created.isEmpty() ? 400 : 202, -1);
		}
		else if (known != null) {
			byte[] body = known.getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
		}
		else {
			exchange.sendResponseHeaders(404, -1);
		}
		exchange.close();
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
