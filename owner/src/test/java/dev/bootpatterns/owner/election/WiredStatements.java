package dev.bootpatterns.owner.election;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The way to a PostgreSQL, on which each statement that is really executed is written
 * down: those of the driver and of the pool, too.
 *
 * @see <a href=
 * "https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL:
 * message formats</a>
 */
final class WiredStatements implements AutoCloseable {

	private final ServerSocket port;

	private final URI server;

	private final Queue<String> executed = new ConcurrentLinkedQueue<>();

	/**
	 * A way to a server.
	 * @param url of JDBC
	 */
	WiredStatements(String url) throws IOException {
		this.server = URI.create(url.substring("jdbc:".length()));
		this.port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		Thread.ofVirtual().start(this::accept);
	}

	/** For JDBC, unencrypted. */
	String url() {
		return "jdbc:postgresql://127.0.0.1:%d%s?sslmode=disable&gssEncMode=disable&user=postgres"
			.formatted(this.port.getLocalPort(), this.server.getPath());
	}

	/** Since the last time, without those that make or probe a connection. */
	List<String> take() {
		List<String> taken = new java.util.ArrayList<>();
		for (String one = this.executed.poll(); one != null; one = this.executed.poll()) {
			if (!one.isEmpty() && !one.startsWith("SET application_name")) {
				taken.add(one);
			}
		}
		return taken;
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.port.accept();
				Socket upstream = new Socket(this.server.getHost(), this.server.getPort());
				client.setTcpNoDelay(true);
				upstream.setTcpNoDelay(true);
				Thread.ofVirtual().start(() -> copy(client, upstream));
				Thread.ofVirtual().start(() -> answers(upstream, client));
			}
		}
		catch (IOException ex) {
			// It was closed.
			return;
		}
	}

	private void copy(Socket from, Socket to) {
		Map<String, String> prepared = new HashMap<>();
		Map<String, String> bound = new HashMap<>();
		try (from;
				to;
				DataInputStream in = new DataInputStream(new BufferedInputStream(from.getInputStream()));
				DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to.getOutputStream()))) {
			byte[] startup = body(in);
			out.writeInt(startup.length + 4);
			out.write(startup);
			out.flush();
			while (true) {
				int type = in.readUnsignedByte();
				byte[] body = body(in);
				String[] texts = new String(body, StandardCharsets.UTF_8).split("\0", 3);
				switch (type) {
					case 'Q' -> this.executed.add(texts[0]);
					case 'P' -> prepared.put(texts[0], texts[1]);
					case 'B' -> bound.put(texts[0], prepared.getOrDefault(texts[1], "?"));
					case 'E' -> this.executed.add(bound.getOrDefault(texts[0], "?"));
					default -> {
					}
				}
				out.writeByte(type);
				out.writeInt(body.length + 4);
				out.write(body);
				if (in.available() == 0) {
					out.flush();
				}
			}
		}
		catch (EOFException ex) {
			return;
		}
		catch (IOException ex) {
			// The other direction has ended.
			return;
		}
	}

	private static byte[] body(DataInputStream in) throws IOException {
		return in.readNBytes(in.readInt() - 4);
	}

	private static void answers(Socket from, Socket to) {
		try (from; to) {
			from.getInputStream().transferTo(to.getOutputStream());
		}
		catch (IOException ex) {
			// The other direction has ended.
			return;
		}
	}

	@Override
	public void close() throws IOException {
		this.port.close();
	}

}
