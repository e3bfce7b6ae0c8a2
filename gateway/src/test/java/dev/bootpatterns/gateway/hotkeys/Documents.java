package dev.bootpatterns.gateway.hotkeys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import dev.bootpatterns.gateway.FakeReplica;

/**
 * What all replicas answer: one document, which has a version that a write raises. A read
 * that meets a gate has read the version and answers only when the gate opens.
 */
final class Documents implements FakeReplica.Behaviour {

	private final AtomicInteger version = new AtomicInteger(1);

	private final Queue<Gate> gates = new ConcurrentLinkedQueue<>();

	private final Map<String, String> headers = new ConcurrentHashMap<>();

	private volatile int status = 200;

	private volatile int size;

	private volatile boolean chunked;

	@Override
	public void answer(HttpExchange exchange) throws IOException {
		if (exchange.getRequestMethod().equals("PUT")) {
			exchange.getResponseHeaders().set("ETag", etag(write()));
			exchange.sendResponseHeaders(200, -1);
			return;
		}
		int read = this.version.get();
		Gate gate = this.gates.poll();
		if (gate != null) {
			gate.pass();
		}
		exchange.getResponseHeaders().set("ETag", etag(read));
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.getResponseHeaders().set("X-Replica", "a");
		this.headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
		if (etag(read).equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
			exchange.sendResponseHeaders(304, -1);
			return;
		}
		byte[] body = "{\"version\":%d,\"padding\":\"%s\"}".formatted(read, "x".repeat(this.size))
			.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(this.status,
				exchange.getRequestMethod().equals("HEAD") ? -1 : this.chunked ? 0 : body.length);
		if (!exchange.getRequestMethod().equals("HEAD")) {
			exchange.getResponseBody().write(body);
		}
	}

	/** A write, as by way of another gateway. */
	int write() {
		return this.version.incrementAndGet();
	}

	String etag() {
		return etag(this.version.get());
	}

	private static String etag(int version) {
		return "\"" + version + "\"";
	}

	void status(int changed) {
		this.status = changed;
	}

	/** From now on they are large. */
	void grow(boolean inChunks) {
		this.size = 2000;
		this.chunked = inChunks;
	}

	void header(String name, String value) {
		this.headers.put(name, value);
	}

	/** The next read stops here. */
	Gate gate() {
		Gate gate = new Gate();
		this.gates.add(gate);
		return gate;
	}

	void openAll() {
		this.gates.forEach(Gate::open);
		this.gates.clear();
	}

	/** Where a read waits. */
	static final class Gate {

		private final CountDownLatch reached = new CountDownLatch(1);

		private final CountDownLatch opened = new CountDownLatch(1);

		private void pass() {
			this.reached.countDown();
			awaitOpen(this.opened);
		}

		void awaitReader() {
			awaitOpen(this.reached);
		}

		void open() {
			this.opened.countDown();
		}

		private static void awaitOpen(CountDownLatch latch) {
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
