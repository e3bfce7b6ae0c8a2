package dev.bootpatterns.local.backing;

import dev.bootpatterns.broker.EmbeddedBroker;
import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.ProcessState.State;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.supervise.BackingService;

/**
 * The embedded broker inside the supervisor. What was queued is gone after {@code down}:
 * the owner enqueues again what its database says is due.
 */
final class LocalBroker implements BackingService {

	private final SuiteHome home;

	private final EmbeddedBroker broker;

	private volatile State state = State.WAITING;

	LocalBroker(SuiteHome home, int port, String user, String password) {
		this.home = home;
		this.broker = new EmbeddedBroker(port, user, password, home.run().resolve("amqp"));
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
		try {
			this.broker.start();
		}
		catch (IllegalStateException ex) {
			throw new SuiteFailure(ex.getMessage() + ": " + ex.getCause(), this.home.log("suite"), ex);
		}
		this.state = State.READY;
	}

	@Override
	public ProcessState snapshot() {
		return new ProcessState(name(), ProcessId.of(ProcessHandle.current()), this.broker.port(), this.state,
				"amqp://127.0.0.1:" + this.broker.port(), 0, null, this.home.log("suite").toString());
	}

	@Override
	public synchronized void close() {
		this.state = State.STOPPED;
		this.broker.close();
	}

}
