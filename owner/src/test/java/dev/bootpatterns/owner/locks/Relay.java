package dev.bootpatterns.owner.locks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The way to a server, which may be blocked. */
final class Relay implements AutoCloseable {

	private final ServerSocket port;

	private final URI server;

	private final Set<Socket> open = ConcurrentHashMap.newKeySet();

	private volatile Mode mode = Mode.ANSWERS;

	/** How often a client has tried since the mode was set. */
	private final AtomicInteger tries = new AtomicInteger();

	Relay(URI server) throws IOException {
		this.server = server;
		this.port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		Thread.ofVirtual().start(this::accept);
	}

	URI uri() {
		return URI.create("http://127.0.0.1:" + this.port.getLocalPort());
	}

	void mode(Mode mode) {
		this.tries.set(0);
		this.mode = mode;
		closeAll();
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.port.accept();
				this.open.add(client);
				int tried = this.tries.incrementAndGet();
				switch (this.mode) {
					case ANSWERS -> connect(client);
					case REFUSES -> client.close();
					case HANGS -> {
					}
					case REFUSES_THEN_HANGS -> {
						if (tried <= 4) {
							client.close();
						}
					}
					case ANSWERS_FOR_ANOTHER ->
						answer(client, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nhi!\n");
				}
			}
		}
		catch (IOException ex) {
			// It was closed.
			closeAll();
		}
	}

	private void connect(Socket client) throws IOException {
		Socket upstream = new Socket(this.server.getHost(), this.server.getPort());
		this.open.add(upstream);
		Thread.ofVirtual().start(() -> copy(client, upstream));
		Thread.ofVirtual().start(() -> copy(upstream, client));
	}

	private static void copy(Socket from, Socket to) {
		try (from; to; InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
			in.transferTo(out);
		}
		catch (IOException ex) {
			// The other direction has ended, or the way is blocked.
			return;
		}
	}

	/** Once it has asked. */
	private static void answer(Socket client, String response) throws IOException {
		try (client) {
			client.getInputStream().read(new byte[8192]);
			client.getOutputStream().write(response.getBytes(StandardCharsets.US_ASCII));
		}
	}

	private void closeAll() {
		this.open.forEach((socket) -> {
			try {
				socket.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
		this.open.clear();
	}

	@Override
	public void close() throws IOException {
		this.port.close();
	}

	enum Mode {

		/** As if it were not there. */
		ANSWERS,

		/** Each connection is closed at once. */
		REFUSES,

		/** Connections are taken, and nothing comes. */
		HANGS,

		/** A few are refused until there is hardly time left, then nothing comes. */
		REFUSES_THEN_HANGS,

		/** Something says 200 that is not the lock service. */
		ANSWERS_FOR_ANOTHER

	}

}
