package dev.bootpatterns.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener;
import org.apache.qpid.server.model.BrokerImpl;
import org.apache.qpid.server.model.Container;
import org.apache.qpid.server.model.SystemConfig;
import org.jspecify.annotations.Nullable;

/**
 * Apache Qpid Broker-J in this JVM: AMQP 0-9-1 on the loopback interface, messages in
 * memory, with confirms, returns and negative acknowledgements.
 * <p>
 * It accepts RabbitMQ's {@code x-} arguments of queues and does not act on them: no
 * delivery limit, no dead-lettering, no quorum. What was queued is gone when it closes.
 */
public final class EmbeddedBroker implements AutoCloseable {

	private final int port;

	private final String user;

	private final String password;

	private final Path workDirectory;

	private @Nullable SystemLauncher launcher;

	/**
	 * Describes a broker; {@link #start()} starts it.
	 * @param port where it listens, on 127.0.0.1
	 * @param user the only user
	 * @param password the user's password
	 * @param workDirectory a directory for its temporary files
	 */
	public EmbeddedBroker(int port, String user, String password, Path workDirectory) {
		this.port = port;
		this.user = user;
		this.password = password;
		this.workDirectory = workDirectory;
	}

	/**
	 * A broker for a test: {@code guest}, {@code guest} on a free port, running.
	 * @return the broker
	 */
	public static EmbeddedBroker onFreePort() {
		int port = freePort();
		EmbeddedBroker broker = new EmbeddedBroker(port, "guest", "guest",
				Path.of(System.getProperty("java.io.tmpdir"), "embedded-broker-" + port));
		broker.start();
		return broker;
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Ends every connection and starts again, empty.
	 */
	public void restart() {
		close();
		start();
	}

	/**
	 * Starts it, or starts it again after {@link #close()}.
	 * @throws IllegalStateException if it does not start, for instance because the port
	 * is taken
	 */
	public synchronized void start() {
		if (this.launcher != null) {
			return;
		}
		AtomicReference<SystemConfig<?>> configuration = new AtomicReference<>();
		SystemLauncher starting = new SystemLauncher(new SystemLauncherListener.DefaultSystemLauncherListener() {
			@Override
			public void onContainerResolve(SystemConfig<?> systemConfig) {
				configuration.set(systemConfig);
			}
		});
		try {
			requireFree(this.port);
			starting.startup(Map.of("type", "Memory", "initialConfigurationLocation",
					String.valueOf(EmbeddedBroker.class.getResource("broker.json")), "startupLoggedToSystemOut",
					"false", "context",
					Map.of("embedded.amqp.port", Integer.toString(this.port), "embedded.amqp.user", this.user,
							"embedded.amqp.password", this.password, "qpid.work_dir", this.workDirectory.toString())));
			removeShutdownHook(Objects.requireNonNull(configuration.get()));
		}
		catch (Exception ex) {
			starting.shutdown();
			throw new IllegalStateException("The embedded broker does not start on port " + this.port, ex);
		}
		this.launcher = starting;
	}

	/**
	 * Broker-J registers a hook that ends it with the JVM, and hooks run at the same
	 * time: in {@code ./suite} it would be gone while the services still drain. There is
	 * no setting for it.
	 */
	private static void removeShutdownHook(SystemConfig<?> configuration) throws ReflectiveOperationException {
		Container<?> broker = configuration.getContainer();
		Field hook = BrokerImpl.class.getDeclaredField("_shutdownHook");
		hook.setAccessible(true);
		Runtime.getRuntime().removeShutdownHook((Thread) hook.get(broker));
	}

	/** Broker-J itself starts all the same, and only marks the port as failed. */
	private static void requireFree(int port) throws IOException {
		new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
	}

	/**
	 * Where it listens, on 127.0.0.1.
	 * @return the port, the same after a restart
	 */
	public int port() {
		return this.port;
	}

	/** Stops it: connections break, messages are gone. */
	@Override
	public synchronized void close() {
		if (this.launcher != null) {
			this.launcher.shutdown();
			this.launcher = null;
		}
	}

}
