package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.client.GatewayClient;
import tools.jackson.databind.JsonNode;

/**
 * Sidecar: topz shows what the processes beside it use, without their doing.
 */
final class Sidecar implements TourStep {

	@Override
	public String pattern() {
		return "Sidecar";
	}

	@Override
	public String sentence() {
		return "topz stands beside other processes and shows what they use; they know nothing of it.";
	}

	@Override
	public String action() {
		return "GET /topz";
	}

	@Override
	public String expected() {
		return "every service's process is listed";
	}

	@Override
	public Outcome run(RunningSuite suite) throws IOException {
		GatewayClient topz = suite.client("topz");
		HttpResponse<String> response = topz
			.send(topz.request("/topz?limit=1000").header("Accept", "application/json"));
		Set<Long> seen = new TreeSet<>();
		for (JsonNode process : Json.tree(response.body()).path("processes")) {
			seen.add(process.path("pid").asLong());
		}
		List<String> services = suite.processes()
			.stream()
			.filter((process) -> process.url().startsWith("http"))
			.filter((process) -> !isListed(process, seen))
			.map(ProcessState::name)
			.toList();
		return Outcome.of(services.isEmpty() && !seen.isEmpty(),
				"%d processes listed%s".formatted(seen.size(), services.isEmpty() ? "" : ", missing: " + services));
	}

	private static boolean isListed(ProcessState process, Set<Long> seen) {
		ProcessId id = process.id();
		return id != null && seen.contains(id.pid());
	}

}
