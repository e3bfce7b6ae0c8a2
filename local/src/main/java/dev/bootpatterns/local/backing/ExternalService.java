package dev.bootpatterns.local.backing;

import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.ProcessState.State;
import dev.bootpatterns.local.supervise.BackingService;

/**
 * A database or broker that the environment names: used, neither started nor watched.
 *
 * @param name {@code postgres} or {@code amqp}
 * @param url where it is, for the table
 */
record ExternalService(String name, String url) implements BackingService {

	@Override
	public void start() {
		// It runs already, or the services say that it does not.
	}

	@Override
	public ProcessState snapshot() {
		return new ProcessState(this.name, null, 0, State.EXTERNAL, this.url, 0, "from the environment", "");
	}

	@Override
	public void close() {
		// It is not ours to end.
	}

}
