package dev.bootpatterns.local.backing;

import java.util.Map;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.ProcessState.State;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.supervise.BackingService;
import org.apache.qpid.server.SystemLauncher;

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

	private final SystemLauncher launcher = new SystemLauncher();

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
		String configuration = String.valueOf(EmbeddedBroker.class.getResource("/broker.json"));
		try {
			this.launcher.startup(Map.of("type", "Memory", "initialConfigurationLocation", configuration,
					"startupLoggedToSystemOut", "false", "context",
					Map.of("suite.amqp.port", Integer.toString(this.port), "suite.amqp.user", this.user,
							"suite.amqp.password", this.password, "qpid.work_dir",
							this.home.run().resolve("amqp").toString())));
		}
		catch (Exception ex) {
			throw new SuiteFailure(
					"the AMQP broker does not start on port %d: %s".formatted(this.port, ex.getMessage()),
					this.home.log("suite"), ex);
		}
		this.state = State.READY;
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
