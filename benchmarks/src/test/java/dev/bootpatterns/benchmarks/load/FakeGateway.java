package dev.bootpatterns.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Documents and searches in memory, right in all, but for the faults that a test asks
 * for: the next request that one applies to has it.
 */
final class FakeGateway implements AutoCloseable {

	private static final JsonMapper JSON = JsonMapper.shared();

	static {
		// The JDK's server ends idle connections beyond 200, also one on which a request
		// is on its way: that is a fault that no test asked for.
		System.setProperty("sun.net.httpserver.maxIdleConnections", "100000");
	}

	private final HttpServer server;

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	private final Map<String, Stored> documents = new TreeMap<>();

	private final Map<String, Stored> earlier = new HashMap<>();

	private final List<Fault> faults = new ArrayList<>();

	private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

	private final AtomicInteger inFlight = new AtomicInteger();

	private final AtomicInteger mostInFlight = new AtomicInteger();

	private long versions;

	FakeGateway() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.createContext("/", this::answer);
		this.server.setExecutor(this.executor);
		this.server.start();
	}

	URI uri() {
		return URI.create("http://127.0.0.1:" + this.server.getAddress().getPort());
	}

	/** Gives the next such request a fault. */
	synchronized void next(String method, Behaviour behaviour) {
		next((exchange) -> exchange.getRequestMethod().equals(method), behaviour);
	}

	synchronized void nextSearch(Behaviour behaviour) {
		nextOf("/search", behaviour);
	}

	synchronized void nextOf(String path, Behaviour behaviour) {
		next((exchange) -> exchange.getRequestURI().getPath().equals(path), behaviour);
	}

	synchronized void nextConditional(Behaviour behaviour) {
		next((exchange) -> exchange.getRequestHeaders().containsKey("If-Match"), behaviour);
	}

	private void next(Predicate<HttpExchange> applies, Behaviour behaviour) {
		this.faults.add(new Fault(applies, behaviour));
	}

	int mostInFlight() {
		return this.mostInFlight.get();
	}

	/** Method, path and query of all requests. */
	List<String> requests() {
		return List.copyOf(this.requests);
	}

	synchronized List<String> ids() {
		return List.copyOf(this.documents.keySet());
	}

	synchronized void drop(String id) {
		this.documents.remove(id);
	}

	private void answer(HttpExchange exchange) throws IOException {
		this.requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
		this.mostInFlight.accumulateAndGet(this.inFlight.incrementAndGet(), Math::max);
		Response response = response(exchange, exchange.getRequestBody().readAllBytes());
		this.inFlight.decrementAndGet();
		if (response.status == 0) {
			exchange.close();
			return;
		}
		exchange.getResponseHeaders().set("X-Shard", "1");
		exchange.getResponseHeaders().set("X-Replica", "b");
		exchange.getResponseHeaders().set("X-Shard-Epoch", "7");
		if (response.etag != null) {
			exchange.getResponseHeaders().set("ETag", response.etag);
		}
		byte[] body = response.body.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(response.status, (body.length > 0) ? body.length : -1);
		if (body.length > 0) {
			exchange.getResponseBody().write(body);
		}
		exchange.close();
	}

	private synchronized Response response(HttpExchange exchange, byte[] body) {
		Behaviour behaviour = this.faults.stream()
			.filter((fault) -> fault.applies.test(exchange))
			.findFirst()
			.map((fault) -> {
				this.faults.remove(fault);
				return fault.behaviour;
			})
			.orElse(Handler::handle);
		return behaviour.answer(() -> handle(exchange, body));
	}

	private Response handle(HttpExchange exchange, byte[] body) {
		String path = exchange.getRequestURI().getPath();
		if (path.equals("/search")) {
			return search(exchange.getRequestURI().getQuery());
		}
		String id = path.substring("/documents/".length());
		Stored present = this.documents.get(id);
		String demanded = exchange.getRequestHeaders().getFirst("If-Match");
		if (demanded != null && (present == null || !present.etag.equals(demanded))) {
			return Response.of(412);
		}
		return switch (exchange.getRequestMethod()) {
			case "PUT" -> put(id, present, JSON.readTree(body).path("body").asString());
			case "DELETE" -> {
				this.documents.remove(id);
				yield Response.of((present != null) ? 204 : 404);
			}
			default -> (present != null) ? shown(id, present) : Response.of(404);
		};
	}

	private Response put(String id, @Nullable Stored present, String body) {
		Stored stored = new Stored(body, "\"" + ++this.versions + "\"");
		this.documents.put(id, stored);
		if (present != null) {
			this.earlier.put(id, present);
		}
		return new Response((present != null) ? 200 : 201, stored.etag, "");
	}

	private static Response shown(String id, Stored stored) {
		return new Response(200, stored.etag, JSON.writeValueAsString(Map.of("id", id, "body", stored.body)));
	}

	private Response search(String query) {
		String word = query.replaceAll("q=(\\w*).*", "$1");
		int limit = query.contains("limit=") ? Integer.parseInt(query.replaceAll(".*limit=", "")) : 10;
		List<String> found = this.documents.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().body.contains(word))
			.map(Map.Entry::getKey)
			.toList();
		return found(found.size(), found.stream().limit(limit).toList(), 2);
	}

	static Response found(int total, List<String> hits, int answered) {
		return Response.of(200,
				JSON.writeValueAsString(Map.of("total", total, "coverage",
						Map.of("shards", 2, "answered", answered, "fraction", answered / 2.0, "missing",
								(answered == 2) ? List.of() : List.of(Map.of("shard", 1))),
						"hits", hits.stream().map((id) -> Map.of("id", id)).toList())));
	}

	/** Applies a change to what a search found. */
	static Behaviour found(SearchFault fault) {
		return (handler) -> {
			JsonNode right = JSON.readTree(handler.handle().body);
			return fault.change(right.path("total").asInt(),
					right.path("hits").valueStream().map((hit) -> hit.path("id").asString()).toList());
		};
	}

	/** What a client is told, without an effect. */
	static Behaviour answering(int status) {
		return (handler) -> Response.of(status, "{\"detail\": \"as a test wants it\"}");
	}

	/** What a client is told, after the effect. */
	static Behaviour answeringAfter(int status) {
		return (handler) -> {
			handler.handle();
			return Response.of(status);
		};
	}

	/** The connection ends instead of an answer. */
	static Behaviour resetting() {
		return (handler) -> Response.of(0);
	}

	/** What the present state's predecessor was. */
	Behaviour stale(String id) {
		return (handler) -> shown(id, Objects.requireNonNull(this.earlier.get(id)));
	}

	/** Says that it was written, and it is not. */
	static Behaviour losing() {
		return (handler) -> new Response(200, "\"0\"", "");
	}

	static List<String> repeated(List<String> hits) {
		return Stream.concat(Stream.of(hits.getLast()), hits.stream().skip(1)).toList();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.executor.close();
	}

	/** What a request comes to. */
	@FunctionalInterface
	interface Behaviour {

		Response answer(Handler right);

	}

	/** What is right. */
	@FunctionalInterface
	interface Handler {

		Response handle();

	}

	/** Makes a wrong answer to a search of a right one. */
	@FunctionalInterface
	interface SearchFault {

		Response change(int total, List<String> hits);

	}

	private record Fault(Predicate<HttpExchange> applies, Behaviour behaviour) {
	}

	private record Stored(String body, String etag) {
	}

	/**
	 * An answer.
	 *
	 * @param status 0 for none
	 * @param etag the document's version, if it has one
	 * @param body text
	 */
	record Response(int status, @Nullable String etag, String body) {

		static Response of(int status) {
			return of(status, "");
		}

		static Response of(int status, String body) {
			return new Response(status, null, body);
		}

	}

}
