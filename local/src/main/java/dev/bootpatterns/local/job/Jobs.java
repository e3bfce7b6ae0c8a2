package dev.bootpatterns.local.job;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.client.GatewayClient;
import dev.bootpatterns.local.client.PathText;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.state.Json;
import tools.jackson.databind.JsonNode;

/**
 * The suite's jobs.
 */
public final class Jobs {

	private static final int PAGE = 1000;

	private final GatewayClient gateway;

	private final Console console;

	public Jobs(GatewayClient gateway, Console console) {
		this.gateway = gateway;
		this.console = console;
	}

	/**
	 * Begins a job.
	 * @param request as {@code POST /jobs} takes it
	 * @return the job's id
	 * @throws IOException when there is no answer
	 */
	public String start(Map<String, ?> request) throws IOException {
		HttpResponse<String> answer = this.gateway.post("/jobs", request);
		if (answer.statusCode() != 202) {
			throw new SuiteFailure("the job was refused: " + problem(answer));
		}
		String location = answer.headers().firstValue("Location").orElse("");
		return location.substring(location.lastIndexOf('/') + 1);
	}

	/**
	 * Shows the newest jobs.
	 * @throws IOException when there is no answer
	 */
	public void list() throws IOException {
		List<List<String>> rows = new ArrayList<>();
		for (JsonNode job : this.gateway.json("/jobs")) {
			rows.add(List.of(job.path("id").asString(), job.path("state").asString(), job.path("handler").asString(),
					job.path("source").asString(), number(job, "total"), number(job, "done"), number(job, "failed"),
					number(job, "dead")));
		}
		this.console.table(List.of("ID", "STATE", "HANDLER", "SOURCE", "TOTAL", "DONE", "FAILED", "DEAD"), rows);
	}

	private static String number(JsonNode job, String field) {
		return Long.toString(job.path(field).asLong());
	}

	/**
	 * Puts all DEAD items of a job back.
	 * @param id the job
	 * @return how many
	 * @throws IOException when there is no answer
	 */
	public int retryDead(String id) throws IOException {
		List<String> dead = new ArrayList<>();
		items(id, "DEAD", (item) -> dead.add(item.path("id").asString()));
		int back = 0;
		for (String item : dead) {
			HttpResponse<String> answer = this.gateway
				.post("/jobs/%s/items/%s/retry".formatted(id, PathText.encode(item)), Map.of());
			// 409: somebody else was faster.
			if (answer.statusCode() != 202 && answer.statusCode() != 409) {
				throw new SuiteFailure(
						"%s was not put back, %d others were: %s".formatted(item, back, problem(answer)));
			}
			back += (answer.statusCode() == 202) ? 1 : 0;
		}
		return back;
	}

	/**
	 * Shows why items are DEAD.
	 * @param id the job
	 * @param most how many of them
	 * @throws IOException when there is no answer
	 */
	public void showDead(String id, int most) throws IOException {
		for (JsonNode item : page(id, "DEAD", most, "").path("items")) {
			this.console.line("  %s: %s".formatted(item.path("id").asString(), item.path("reason").asString("")));
		}
	}

	/**
	 * Reads a job's items, page by page.
	 * @param id the job
	 * @param state of which; empty for all
	 * @param item is given each
	 * @throws IOException when there is no answer
	 */
	void items(String id, String state, Consumer<JsonNode> item) throws IOException {
		String after = "";
		boolean more = true;
		while (more) {
			JsonNode page = page(id, state, PAGE, after);
			page.path("items").forEach(item);
			after = page.path("next").asString("");
			more = !after.isEmpty();
		}
	}

	private JsonNode page(String id, String state, int limit, String after) throws IOException {
		return this.gateway.json("/jobs/%s/items?state=%s&limit=%d&after=%s".formatted(checked(id), state, limit,
				PathText.encode(after)));
	}

	/**
	 * What a job proves.
	 * @param id the job
	 * @return its certificate
	 * @throws IOException when there is no answer
	 */
	public JsonNode certificate(String id) throws IOException {
		HttpResponse<String> answer = this.gateway.get("/jobs/%s/certificate".formatted(checked(id)));
		if (answer.statusCode() != 200) {
			throw new SuiteFailure("no certificate: " + problem(answer));
		}
		return Json.tree(answer.body());
	}

	static String checked(String id) {
		if (!id.matches("[0-9]{1,18}")) {
			throw new SuiteFailure("'%s' is no job's id: './suite job list' shows them".formatted(id));
		}
		return id;
	}

	/** What the gateway says, without what only programs read. */
	static String problem(HttpResponse<String> answer) {
		if (answer.headers().firstValue("Content-Type").orElse("").startsWith("application/problem+json")) {
			JsonNode problem = Json.tree(answer.body());
			String field = problem.path("field").asString("");
			return (field.isEmpty() ? "" : field + ": ") + problem.path("detail").asString(answer.body());
		}
		return "%d %s".formatted(answer.statusCode(), answer.body());
	}

}
