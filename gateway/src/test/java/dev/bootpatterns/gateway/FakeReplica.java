package dev.bootpatterns.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * A replica that answers what the test says, and remembers what it was asked.
 */
public final class FakeReplica implements AutoCloseable {

	private final InetSocketAddress address;

	private HttpServer server;

	private volatile CountDownLatch released = new CountDownLatch(1);

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private volatile Headers lastHeaders = new Headers();

	private volatile Behaviour behaviour;

	private volatile boolean ready = true;

	private volatile boolean silent;

	private final AtomicInteger probes = new AtomicInteger();

	private volatile boolean probed;

	public FakeReplica(Behaviour behaviour) {
		this.behaviour = behaviour;
		this.server = start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
		this.address = this.server.getAddress();
	}

	private HttpServer start(InetSocketAddress where) {
		try {
			HttpServer started = HttpServer.create(where, 0);
			started.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
			started.createContext("/", this::answer);
			started.start();
			return started;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** As it was at first, at the same address, for the next test. */
	public void renew(Behaviour first) {
		close();
		this.released = new CountDownLatch(1);
		this.behaviour = first;
		this.ready = true;
		this.silent = false;
		this.requests.clear();
		this.server = start(this.address);
	}

	private void answer(HttpExchange exchange) throws IOException {
		try (exchange) {
			if (exchange.getRequestURI().getPath().equals("/readyz")) {
				this.probes.incrementAndGet();
				if (this.silent) {
					hang().answer(exchange);
					return;
				}
				this.probed = true;
				exchange.sendResponseHeaders(this.ready ? 200 : 503, -1);
				return;
			}
			this.lastHeaders = exchange.getRequestHeaders();
			byte[] body = exchange.getRequestBody().readAllBytes();
			this.requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI()
					+ ((body.length > 0) ? " " + new String(body, StandardCharsets.UTF_8) : ""));
			this.behaviour.answer(exchange);
		}
	}

	/** Answers with a status and a JSON body. */
	public static Behaviour json(int status, String json) {
		return (exchange) -> {
			byte[] body = json.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.sendResponseHeaders(status, (body.length == 0) ? -1 : body.length);
			exchange.getResponseBody().write(body);
		};
	}

	/** Takes the request and closes the connection without an answer. */
	public static Behaviour reset() {
		return HttpExchange::close;
	}

	/** Takes the request and says nothing until the test is over. */
	public Behaviour hang() {
		CountDownLatch release = this.released;
		return (exchange) -> {
			try {
				release.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		};
	}

	public void behave(Behaviour changed) {
		this.behaviour = changed;
	}

	public Behaviour behaviour() {
		return this.behaviour;
	}

	public void ready(boolean changed) {
		this.ready = changed;
	}

	/** Whether anybody ever asked whether it is ready. */
	public boolean wasProbed() {
		return this.probed;
	}

	/** Answers no probe any more. */
	public void silent() {
		this.probes.set(0);
		this.silent = true;
	}

	/** The probes since it became silent, or was made. */
	public int probes() {
		return this.probes.get();
	}

	/** The headers of the last request. */
	public Headers lastHeaders() {
		return this.lastHeaders;
	}

	public List<String> requests() {
		return this.requests;
	}

	public String uri() {
		return "http://127.0.0.1:" + this.address.getPort();
	}

	@Override
	public void close() {
		this.released.countDown();
		this.server.stop(0);
	}

	/** What a replica does with a request. */
	public interface Behaviour {

		void answer(HttpExchange exchange) throws IOException;

	}

}
