package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.fault.Faults;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.process.Ticks;
import dev.bootpatterns.local.client.GatewayClient;

/**
 * What a step may do with the suite: ask its API, look at its processes, kill one.
 */
final class RunningSuite {

	/** It finds nothing, and tells where its time went. */
	static final String TIMED_SEARCH = "/search?q=stragglertour&limit=1&explain=timing";

	private static final Duration POLL = Duration.ofMillis(250);

	private final Supplier<List<ProcessState>> processes;

	private final InstantSource clock;

	private final String adminToken;

	private final GatewayClient gateway;

	RunningSuite(Supplier<List<ProcessState>> processes, String adminToken, InstantSource clock) {
		this.processes = processes;
		this.clock = clock;
		this.adminToken = adminToken;
		this.gateway = client("gateway");
	}

	GatewayClient gateway() {
		return this.gateway;
	}

	/** A client of a process that is not behind the gateway, such as a sidecar. */
	GatewayClient client(String process) {
		return new GatewayClient(process(process).url(), this.adminToken);
	}

	Instant now() {
		return this.clock.instant();
	}

	List<ProcessState> processes() {
		return this.processes.get();
	}

	ProcessState process(String name) {
		return processes().stream()
			.filter((process) -> process.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new SuiteFailure("the suite has no process " + name));
	}

	/** Kills a process as a crash would: no chance to say goodbye. */
	void kill(String name) {
		ProcessId id = process(name).id();
		Optional<ProcessHandle> handle = (id != null) ? id.find() : Optional.empty();
		handle.orElseThrow(() -> new SuiteFailure(name + " does not run")).destroyForcibly();
	}

	/** Waits until a killed process was started again and is ready. */
	boolean awaitRestart(String name, int restartsBefore, Duration deadline) {
		return await(deadline, () -> {
			ProcessState process = process(name);
			return process.restarts() > restartsBefore && process.ready();
		});
	}

	boolean await(Duration deadline, Condition condition) {
		Instant end = now().plus(deadline);
		try (Ticks ticks = new Ticks(POLL)) {
			while (ticks.next() && now().isBefore(end)) {
				if (holds(condition)) {
					return true;
				}
			}
		}
		return false;
	}

	/** No answer is an answer: not yet. */
	private static boolean holds(Condition condition) {
		try {
			return condition.holds();
		}
		catch (IOException ex) {
			return false;
		}
	}

	void putDocument(String id, String title, String body) throws IOException {
		HttpResponse<String> response = this.gateway.put("/documents/" + id, Map.of("title", title, "body", body));
		if (response.statusCode() != 200 && response.statusCode() != 201) {
			throw new IOException(
					"PUT /documents/%s answered %d: %s".formatted(id, response.statusCode(), response.body()));
		}
	}

	/** Also when it was never made. */
	void deleteDocument(String id) throws IOException {
		this.gateway.delete("/documents/" + id);
	}

	/** Whether shards have more than one. */
	boolean hasReplicas() {
		return processes().stream()
			.map(ProcessState::name)
			.filter((name) -> name.startsWith("shard-"))
			.collect(Collectors.groupingBy((name) -> name.substring(0, name.lastIndexOf('-')), Collectors.counting()))
			.values()
			.stream()
			.anyMatch((replicas) -> replicas > 1);
	}

	/** The processes of a shard, by name. */
	List<String> replicasOf(int shard) {
		List<String> replicas = processes().stream()
			.map(ProcessState::name)
			.filter((name) -> name.startsWith("shard-%d-".formatted(shard)))
			.sorted()
			.toList();
		if (replicas.isEmpty()) {
			throw new SuiteFailure("the suite has no replica of shard " + shard);
		}
		return replicas;
	}

	/** The shards that a search asks, in their order. */
	List<Integer> searchedShards() throws IOException {
		return this.gateway.json(TIMED_SEARCH)
			.path("timing")
			.path("leaves")
			.valueStream()
			.map((leaf) -> leaf.path("shard").asInt())
			.toList();
	}

	/** To make processes slow or failing, silently. */
	Faults faults() {
		return new Faults(processes(), new Console(new PrintStream(OutputStream.nullOutputStream()), false));
	}

	static String header(HttpResponse<?> response, String name) {
		return response.headers().firstValue(name).orElse("");
	}

	/**
	 * Something that becomes true.
	 */
	@FunctionalInterface
	interface Condition {

		boolean holds() throws IOException;

	}

}
