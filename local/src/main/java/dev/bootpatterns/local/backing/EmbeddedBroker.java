package dev.bootpatterns.local.backing;

import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.ProcessState.State;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.supervise.BackingService;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener;
import org.apache.qpid.server.model.BrokerImpl;
import org.apache.qpid.server.model.Container;
import org.apache.qpid.server.model.SystemConfig;

/**
 * Apache Qpid Broker-J inside the supervisor: AMQP 0-9-1 on the loopback, messages in
 * memory. What was queued is gone after {@code down}: the owner enqueues again what its
 * database says is due.
 * <p>
 * It does not act on RabbitMQ's {@code x-} arguments, and is told not to refuse them.
 */
final class EmbeddedBroker implements BackingService {

	private final SuiteHome home;

	private final int port;

	private final String user;

	private final String password;

	private final AtomicReference<SystemConfig<?>> configuration = new AtomicReference<>();

	private final SystemLauncher launcher = new SystemLauncher(
			new SystemLauncherListener.DefaultSystemLauncherListener() {
				@Override
				public void onContainerResolve(SystemConfig<?> systemConfig) {
					EmbeddedBroker.this.configuration.set(systemConfig);
				}
			});

	private volatile State state = State.WAITING;

	EmbeddedBroker(SuiteHome home, int port, String user, String password) {
		this.home = home;
		this.port = port;
		this.user = user;
		this.password = password;
	}

	@Override
	public String name() {
		return "amqp";
	}

	@Override
	public synchronized void start() {
		if (this.state == State.STOPPED) {
			return;
		}
		this.state = State.STARTING;
		requireFree(this.port);
		String initial = String.valueOf(EmbeddedBroker.class.getResource("/broker.json"));
		try {
			this.launcher.startup(Map.of("type", "Memory", "initialConfigurationLocation", initial,
					"startupLoggedToSystemOut", "false", "context",
					Map.of("suite.amqp.port", Integer.toString(this.port), "suite.amqp.user", this.user,
							"suite.amqp.password", this.password, "qpid.work_dir",
							this.home.run().resolve("amqp").toString())));
			removeShutdownHook();
		}
		catch (Exception ex) {
			// The library declares just that.
			throw new SuiteFailure(
					"the AMQP broker does not start on port %d: %s".formatted(this.port, ex.getMessage()),
					this.home.log("suite"), ex);
		}
		this.state = State.READY;
	}

	/** Broker-J itself would start all the same, and only mark the port as failed. */
	private static void requireFree(int port) {
		try {
			new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
		}
		catch (IOException ex) {
			throw new SuiteFailure("port %d, wanted by amqp, is taken".formatted(port), null, ex);
		}
	}

	/**
	 * Broker-J registers a hook of its own, and hooks run at the same time: it would be
	 * gone while the services still drain. There is no setting for it.
	 */
	private void removeShutdownHook() throws ReflectiveOperationException {
		Container<?> broker = Objects.requireNonNull(this.configuration.get()).getContainer();
		Field hook = BrokerImpl.class.getDeclaredField("_shutdownHook");
		hook.setAccessible(true);
		Runtime.getRuntime().removeShutdownHook((Thread) hook.get(broker));
	}

	@Override
	public ProcessState snapshot() {
		return new ProcessState(name(), ProcessId.of(ProcessHandle.current()), this.port, this.state,
				"amqp://127.0.0.1:" + this.port, 0, null, this.home.log("suite").toString());
	}

	@Override
	public synchronized void close() {
		if (this.state == State.READY) {
			this.launcher.shutdown();
		}
		this.state = State.STOPPED;
	}

}
