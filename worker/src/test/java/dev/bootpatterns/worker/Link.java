package dev.bootpatterns.worker;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
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

	private static final int PROTOCOL_HEADER = 8;

	private static final int FRAME_HEAD = 7;

	private static final int METHOD = 1;

	/** Class 60, method 80. */
	private static final int BASIC_ACK = (60 << 16) + 80;

	private final ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final int target;

	private volatile boolean acksGetLost;

	private volatile boolean mute;

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

	/**
	 * From now on the broker gets no acks, as if the client died in front of them.
	 */
	void loseAcks() {
		this.acksGetLost = true;
	}

	/**
	 * From now on the broker gets nothing at all, and the connections stay.
	 */
	void mute() {
		this.mute = true;
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
			Thread.ofVirtual().start(() -> request(client, broker));
			Thread.ofVirtual().start(() -> copy(broker, client));
		}
		catch (IOException ex) {
			logger.debug("The broker is away", ex);
			close(client);
		}
	}

	/** Frame by frame: type, channel, length, payload, end. */
	private void request(Socket client, Socket broker) {
		try (client; broker) {
			InputStream in = client.getInputStream();
			broker.getOutputStream().write(in.readNBytes(PROTOCOL_HEADER));
			for (byte[] head = in.readNBytes(FRAME_HEAD); head.length == FRAME_HEAD; head = in.readNBytes(FRAME_HEAD)) {
				byte[] rest = in.readNBytes(ByteBuffer.wrap(head).getInt(3) + 1);
				boolean ack = head[0] == METHOD && ByteBuffer.wrap(rest).getInt() == BASIC_ACK;
				if (!this.mute && (!ack || !this.acksGetLost)) {
					broker.getOutputStream().write(head);
					broker.getOutputStream().write(rest);
				}
			}
		}
		catch (IOException ex) {
			logger.debug("Cut", ex);
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
