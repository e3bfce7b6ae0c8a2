package dev.bootpatterns.local.faults;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.client.GatewayClient;

/**
 * The processes that faults may be injected into, as the suite's state says it now.
 */
final class Targets {

	static final String DATABASE = "postgres";

	private final Supplier<List<ProcessState>> processes;

	Targets(Supplier<List<ProcessState>> processes) {
		this.processes = processes;
	}

	List<ProcessState> owners() {
		List<ProcessState> owners = this.processes.get()
			.stream()
			.filter((process) -> process.name().startsWith("owner-"))
			.toList();
		if (owners.size() < 2) {
			throw new SuiteFailure("there are not two owners, so nobody could take over");
		}
		return owners;
	}

	/** Those that can take over now. */
	List<ProcessState> able(Signals signals) {
		return owners().stream()
			.filter((owner) -> owner.ready() && !signals.holds(owner.name()) && process(owner).isPresent())
			.toList();
	}

	/** Empty if it is not a process of the suite. */
	Optional<ProcessState> database() {
		return this.processes.get()
			.stream()
			.filter((process) -> process.name().equals(DATABASE) && process.state() == ProcessState.State.READY)
			.findFirst();
	}

	List<GatewayClient> clients() {
		return owners().stream().map((owner) -> new GatewayClient(owner.url(), "")).toList();
	}

	static Optional<ProcessHandle> process(ProcessState state) {
		ProcessId id = state.id();
		return (id != null) ? id.find() : Optional.empty();
	}

}
