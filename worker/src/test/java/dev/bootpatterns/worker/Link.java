package dev.bootpatterns.worker;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP connection to a broker that can be cut: the way a network fails, the same for
 * every broker.
 */
class Link implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Link.class);

	private final ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final int target;

	Link(int target) throws IOException {
		this.target = target;
		Thread.ofVirtual().start(this::accept);
	}

	int port() {
		return this.server.getLocalPort();
	}

	/**
	 * Breaks all connections; new ones are possible.
	 */
	void cut() {
		this.sockets.forEach(Link::close);
		this.sockets.clear();
	}

	private void accept() {
		while (!this.server.isClosed()) {
			try {
				connect(this.server.accept());
			}
			catch (IOException ex) {
				logger.debug("No longer accepting, or the broker is away", ex);
			}
		}
	}

	private void connect(Socket client) {
		this.sockets.add(client);
		try {
			Socket broker = new Socket(InetAddress.getLoopbackAddress(), this.target);
			this.sockets.add(broker);
			Thread.ofVirtual().start(() -> copy(client, broker));
			Thread.ofVirtual().start(() -> copy(broker, client));
		}
		catch (IOException ex) {
			logger.debug("The broker is away", ex);
			close(client);
		}
	}

	private static void copy(Socket from, Socket to) {
		try (from; to) {
			from.getInputStream().transferTo(to.getOutputStream());
		}
		catch (SocketException ex) {
			logger.debug("Cut", ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void close(Closeable closeable) {
		try {
			closeable.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Breaks all connections for good.
	 */
	void sever() {
		close(this.server);
		cut();
	}

	@Override
	public void close() {
		sever();
	}

}
