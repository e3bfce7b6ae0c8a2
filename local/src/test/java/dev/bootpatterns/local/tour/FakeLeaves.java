package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.ProcessState.State;

/**
 * A gateway before two shards with two replicas each, whose processes take faults or do
 * not. What a search answers is said by the test.
 */
final class FakeLeaves implements AutoCloseable {

	private final List<HttpServer> servers = new ArrayList<>();

	private final List<ProcessState> processes = new ArrayList<>();

	private final ConcurrentMap<String, String> faults = new ConcurrentHashMap<>();

	private final List<String> calls = new CopyOnWriteArrayList<>();

	FakeLeaves(boolean demo, Search search) throws IOException {
		HttpServer gateway = serve((exchange) -> search.answer(exchange, this.faults));
		int port = gateway.getAddress().getPort();
		this.processes
			.add(new ProcessState("gateway", null, port, State.READY, "http://127.0.0.1:" + port, 0, null, ""));
		for (String name : List.of("shard-0-a", "shard-0-b", "shard-1-a", "shard-1-b")) {
			int serving = serve((exchange) -> fault(name, demo, exchange)).getAddress().getPort()
					- PlannedProcess.MANAGEMENT_OFFSET;
			this.processes
				.add(new ProcessState(name, null, serving, State.READY, "http://127.0.0.1:" + serving, 0, null, ""));
		}
	}

	private HttpServer serve(com.sun.net.httpserver.HttpHandler handler) throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/", handler);
		server.start();
		this.servers.add(server);
		return server;
	}

	private void fault(String name, boolean demo, HttpExchange exchange) throws IOException {
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		if (!demo) {
			answer(exchange, 404, "{}");
			return;
		}
		this.calls.add(exchange.getRequestMethod() + " " + name);
		switch (exchange.getRequestMethod()) {
			case "POST" -> this.faults.put(name, body);
			case "DELETE" -> this.faults.remove(name);
			default -> {
			}
		}
		answer(exchange, 200, this.faults.getOrDefault(name, "{\"percent\": 0.0}"));
	}

	/** What processes were told that have a fault, by name. */
	ConcurrentMap<String, String> faults() {
		return this.faults;
	}

	List<String> calls() {
		return this.calls;
	}

	/** By a clock that goes on by a second at each look, so that nothing takes long. */
	RunningSuite suite() {
		AtomicLong seconds = new AtomicLong();
		return new RunningSuite(() -> this.processes, "token", () -> Instant.ofEpochSecond(seconds.incrementAndGet()));
	}

	static void answer(HttpExchange exchange, int status, String json, String... headers) throws IOException {
		for (int i = 0; i < headers.length; i += 2) {
			exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
		}
		byte[] body = json.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(status, body.length);
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	@Override
	public void close() {
		this.servers.forEach((server) -> server.stop(0));
	}

	/**
	 * The gateway's answer to a search.
	 */
	@FunctionalInterface
	interface Search {

		void answer(HttpExchange exchange, ConcurrentMap<String, String> faults) throws IOException;

	}

}
