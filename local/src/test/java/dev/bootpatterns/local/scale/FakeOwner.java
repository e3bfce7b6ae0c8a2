package dev.bootpatterns.local.scale;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bootpatterns.local.state.Json;

/**
 * An owner with the topology's API, behind what its gateway would be. A change takes one
 * question for each of its states; each step is noted in what the test reads.
 */
final class FakeOwner implements AutoCloseable {

	private static final String CHANGES = "/topology/changes/";

	private final HttpServer server;

	private final List<String> events;

	private final Deque<Answer> insteadOfApply = new ArrayDeque<>();

	private final Deque<String> states = new ArrayDeque<>(List.of("PREPARING", "SWITCHED", "DONE"));

	private String reason = "";

	private int shards = 3;

	private int before = 3;

	private int after = 3;

	private Runnable onChange = () -> {
	};

	FakeOwner(List<String> events) throws IOException {
		this.events = events;
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::answer);
		this.server.start();
	}

	/** An answer that is no change. */
	record Answer(int status, String body) {
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	/** What the next request to apply is answered with, instead of being done. */
	synchronized FakeOwner refuses(int status, String body) {
		this.insteadOfApply.add(new Answer(status, body));
		return this;
	}

	/** The states that a change is asked in; the last one stays. */
	synchronized FakeOwner passesThrough(String... named) {
		this.states.clear();
		this.states.addAll(List.of(named));
		return this;
	}

	synchronized FakeOwner because(String why) {
		this.reason = why;
		return this;
	}

	synchronized FakeOwner hasShards(int number) {
		this.shards = number;
		return this;
	}

	/** A change that was begun before. */
	synchronized FakeOwner isChangingTo(int number) {
		this.before = this.shards;
		this.after = number;
		return this;
	}

	/** Runs at each question to change, and about a change. */
	synchronized FakeOwner whenAskedToChange(Runnable action) {
		this.onChange = action;
		return this;
	}

	private synchronized void answer(HttpExchange exchange) throws IOException {
		String path = exchange.getRequestURI().getPath();
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		String call = exchange.getRequestMethod() + " " + path;
		Answer answer = switch (call) {
			case "GET /topology" -> new Answer(200,
					"{\"shards\": [%s]}".formatted(String.join(",", Collections.nCopies(this.shards, "{}"))));
			case "POST /topology/plan" -> new Answer(200, plan(shardsIn(body)));
			case "POST /topology/apply" -> apply(exchange, shardsIn(body));
			case "GET " + CHANGES + "7" -> new Answer(200, change(next()));
			default -> new Answer(404, "");
		};
		byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(answer.status(), (bytes.length == 0) ? -1 : bytes.length);
		if (bytes.length > 0) {
			exchange.getResponseBody().write(bytes);
		}
		exchange.close();
	}

	private static int shardsIn(String body) {
		return Json.tree(body).path("shards").asInt();
	}

	private String plan(int wanted) {
		String moves = (wanted == this.shards) ? ""
				: "{\"from\": 0, \"to\": 3, \"slots\": 86, \"keys\": 283, \"bytes\": 3145728}";
		return """
				{"epoch": 1, "shards": {"before": %d, "after": %d}, "slots": 256, "keys": 850, "bytes": 13631488,
				"moves": [%s], "loads": [], "skew": {"before": 1.01, "after": 1.25}}""".formatted(this.shards, wanted,
				moves);
	}

	private Answer apply(HttpExchange exchange, int wanted) {
		this.onChange.run();
		Answer other = this.insteadOfApply.poll();
		if (!"Bearer token".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
			return new Answer(401, "");
		}
		if (other != null) {
			return other;
		}
		this.events.add("apply " + wanted);
		this.before = this.shards;
		this.after = wanted;
		if (wanted == this.shards) {
			return new Answer(200, change("DONE"));
		}
		exchange.getResponseHeaders().add("Location", CHANGES + "7");
		return new Answer(202, change("PREPARING"));
	}

	private String next() {
		this.onChange.run();
		String state = (this.states.size() > 1) ? this.states.remove() : this.states.element();
		this.events.add(state);
		if (state.equals("SWITCHED") || state.equals("DONE")) {
			this.shards = this.after;
		}
		return state;
	}

	private String change(String state) {
		return """
				{"id": "7", "state": "%s", "reason": "%s", "fromEpoch": 1, "toEpoch": 2, "shardsBefore": %d,
				"shardsAfter": %d, "slots": 256, "waitingFor": ["shard-3/a"], "startedAt": "2020-01-01T00:00:00Z"}"""
			.formatted(state, this.reason, this.before, this.after);
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
