package dev.bootpatterns.local.scale;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.bootpatterns.local.plan.Backing;
import dev.bootpatterns.local.plan.Options;
import dev.bootpatterns.local.plan.Plan;
import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.plan.SuiteFile;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.ProcessState.State;
import dev.bootpatterns.local.state.Resize;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.state.SuiteState.Phase;
import dev.bootpatterns.local.supervise.ResizeRequests;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor whose processes are lines in {@code state.json}: there at once, gone at
 * once. Each request is noted in what the test reads.
 */
final class FakeSupervisor implements AutoCloseable {

	private final SuiteHome home;

	private final String gateway;

	private final List<String> events;

	private final Set<String> crashing = ConcurrentHashMap.newKeySet();

	private final Thread serving;

	private volatile @Nullable String refusal;

	private volatile Phase phase = Phase.RUNNING;

	private volatile Options options;

	FakeSupervisor(SuiteHome home, String gateway, List<String> events, Options options) throws IOException {
		this.home = home;
		this.gateway = gateway;
		this.events = events;
		this.options = options;
		ResizeRequests requests = new ResizeRequests(home, this::handle);
		Json.replace(home.options(), options);
		publish(null);
		this.serving = Thread.ofVirtual().start(requests::serve);
	}

	static Plan plan(SuiteHome home, Options options, Map<String, Integer> ports) {
		return Plan.of(SuiteFile.load(Map.of()), options, home, new Backing("", "", "", "", "", "", ""), 0, ports);
	}

	/** This process ends while it starts. */
	void crashes(String name) {
		this.crashing.add(name);
	}

	void starts(String name) {
		this.crashing.remove(name);
	}

	void refuses(@Nullable String reason) {
		this.refusal = reason;
	}

	/** Answers nothing any more, and says that it ends. */
	void ends() {
		this.phase = Phase.STOPPING;
		publish(null);
	}

	private void handle(Resize request) {
		this.events.add("resize %d %d %d".formatted(request.shards(), request.replicas(), request.workers()));
		String refused = this.refusal;
		if (refused == null) {
			this.options = this.options.sized(request.shards(), request.replicas(), request.workers());
			replace(this.home.options(), this.options);
		}
		publish(request.answered(refused));
	}

	private void publish(@Nullable Resize answer) {
		List<ProcessState> processes = new ArrayList<>();
		processes.add(new ProcessState("postgres", null, 1, State.READY, "", 0, null, ""));
		plan(this.home, this.options, Map.of()).processes().forEach((process) -> processes.add(state(process)));
		replace(this.home.state(),
				new SuiteState(this.phase, "", null, null, ProcessId.of(ProcessHandle.current()), processes, answer));
	}

	private ProcessState state(PlannedProcess process) {
		boolean crashed = this.crashing.contains(process.name());
		return new ProcessState(process.name(), null, process.port(), crashed ? State.BACKOFF : State.READY,
				process.service().equals("gateway") ? this.gateway : process.url(), crashed ? 1 : 0,
				crashed ? "exit code 7; starts again in 1 s" : null, process.log().toString());
	}

	private static void replace(java.nio.file.Path file, Object content) {
		try {
			Json.replace(file, content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.serving.interrupt();
	}

}
