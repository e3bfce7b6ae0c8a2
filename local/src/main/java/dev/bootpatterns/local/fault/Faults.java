package dev.bootpatterns.local.fault;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.client.GatewayClient;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The faults of the processes that run. What may be asked for is decided by each process,
 * at {@code /actuator/faults} on its management port; here is only whom to ask.
 */
public final class Faults {

	private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);

	private static final int BAD_REQUEST = 400;

	private static final int NOT_FOUND = 404;

	private final List<ProcessState> processes;

	private final Console console;

	/** For addresses that are given whole. */
	private final GatewayClient http = new GatewayClient("http://127.0.0.1", "");

	/**
	 * The faults of these processes.
	 * @param processes what runs
	 * @param console where it is said what is set
	 */
	public Faults(List<ProcessState> processes, Console console) {
		this.processes = processes.stream().filter((process) -> process.url().startsWith("http")).toList();
		this.console = console;
	}

	/**
	 * Prints which processes have which faults.
	 * @throws SuiteFailure when a process does not answer, after all were asked
	 */
	public void list() {
		ask(this.processes, HttpRequest.Builder::GET, false);
	}

	/**
	 * Whether there can be faults: processes that do not run in the profile {@code demo}
	 * have none.
	 * @param target a process, or what the names of several begin with
	 * @return whether all of these inject faults
	 * @throws IllegalArgumentException when there is no such process
	 * @throws SuiteFailure when a process does not answer
	 */
	public boolean available(String target) {
		for (ProcessState process : targets(target)) {
			try {
				fault(send(process, HttpRequest.Builder::GET));
			}
			catch (NoFaultsException ex) {
				return false;
			}
			catch (IOException ex) {
				throw new SuiteFailure(process.name() + " does not answer");
			}
		}
		return true;
	}

	/**
	 * Sets a fault, in place of the one before.
	 * @param target a process, or what the names of several begin with
	 * @param fault {@code delay}, {@code abort}, {@code percent}
	 * @throws IllegalArgumentException when there is no such process, or no such fault
	 * @throws SuiteFailure when a process does not answer, after all were asked
	 */
	public void inject(String target, Map<String, ?> fault) {
		ask(targets(target), (request) -> request.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(Json.write(fault))), true);
	}

	/**
	 * Takes a fault away.
	 * @param target a process, or what the names of several begin with
	 * @throws IllegalArgumentException when there is no such process
	 * @throws SuiteFailure when a process does not answer, after all were asked
	 */
	public void remove(String target) {
		ask(targets(target), HttpRequest.Builder::DELETE, true);
	}

	private List<ProcessState> targets(String target) {
		List<ProcessState> named = this.processes.stream()
			.filter((process) -> process.name().equals(target) || process.name().startsWith(target + "-"))
			.toList();
		if (named.isEmpty()) {
			throw new IllegalArgumentException(
					"There is no process '%s'. There are %s; shard-0 is all replicas of shard 0".formatted(target,
							this.processes.stream().map(ProcessState::name).collect(Collectors.joining(", "))));
		}
		return named;
	}

	/** One process that fails is no reason to leave out the others. */
	private void ask(List<ProcessState> asked, Question question, boolean named) {
		List<List<String>> rows = new ArrayList<>();
		List<String> failures = new ArrayList<>();
		for (ProcessState process : asked) {
			try {
				String fault = fault(send(process, question));
				if (named || !fault.isEmpty()) {
					rows.add(List.of(process.name(), fault.isEmpty() ? "none" : fault));
				}
			}
			catch (NoFaultsException ex) {
				if (named) {
					failures.add(process.name() + " injects no faults");
				}
			}
			catch (IOException ex) {
				failures.add(process.name() + " does not answer");
			}
		}
		if (!rows.isEmpty()) {
			this.console.table(List.of("NAME", "FAULT"), rows);
		}
		else if (failures.isEmpty()) {
			this.console.line("no faults are set");
		}
		if (!failures.isEmpty()) {
			throw new SuiteFailure(String.join("; ", failures));
		}
	}

	private HttpResponse<String> send(ProcessState process, Question question) throws IOException {
		int management = process.port() + PlannedProcess.MANAGEMENT_OFFSET;
		return this.http
			.send(question.put(this.http.request("http://127.0.0.1:%d/actuator/faults".formatted(management))
				.timeout(ANSWERS_WITHIN)));
	}

	/** Empty when there is none. */
	private static String fault(HttpResponse<String> response) throws IOException {
		return switch (response.statusCode()) {
			case 200 -> describe(tree(response.body()));
			case 204 -> "";
			case BAD_REQUEST -> throw new IllegalArgumentException(tree(response.body()).path("detail").asString(""));
			case NOT_FOUND -> throw new NoFaultsException();
			default -> throw new IOException("answered " + response.statusCode());
		};
	}

	private static JsonNode tree(String body) throws IOException {
		try {
			return Json.tree(body);
		}
		catch (JacksonException ex) {
			throw new IOException("not understood: " + body, ex);
		}
	}

	private static String describe(JsonNode fault) {
		List<String> kinds = new ArrayList<>();
		if (fault.has("delay")) {
			kinds.add("delay " + fault.path("delay").asString());
		}
		if (fault.has("abort")) {
			kinds.add("abort " + fault.path("abort").asString());
		}
		return kinds.isEmpty() ? ""
				: "%s of %s %% of the requests".formatted(String.join(", ", kinds), fault.path("percent").asString());
	}

	/** The process runs and has no such endpoint. */
	private static final class NoFaultsException extends IOException {

	}

	/**
	 * What is asked of each process.
	 */
	@FunctionalInterface
	private interface Question {

		HttpRequest.Builder put(HttpRequest.Builder request);

	}

}
