package dev.bootpatterns.local.job;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.client.GatewayClient;
import dev.bootpatterns.local.client.PathText;
import dev.bootpatterns.local.console.Console;
import tools.jackson.databind.JsonNode;

/**
 * The suite's pipelines.
 */
public final class Pipelines {

	private static final int POLLS_PER_LINE = 10;

	/** Longer outputs are for files. */
	private static final int SHOWN_BYTES = 2000;

	private static final int SHOWN = 10;

	private final GatewayClient gateway;

	private final Jobs jobs;

	private final Console console;

	public Pipelines(GatewayClient gateway, Jobs jobs, Console console) {
		this.gateway = gateway;
		this.jobs = jobs;
		this.console = console;
	}

	/**
	 * Begins a pipeline.
	 * @param manifest its manifest, in YAML
	 * @param source where its items come from; empty: what the manifest says
	 * @return its id
	 * @throws IOException when there is no answer
	 */
	public String start(String manifest, Optional<String> source) throws IOException {
		HttpResponse<String> answer = this.gateway
			.postYaml("/pipelines" + source.map((name) -> "?source=" + PathText.encode(name)).orElse(""), manifest);
		if (answer.statusCode() != 202) {
			throw new SuiteFailure("the pipeline was refused: " + Jobs.problem(answer));
		}
		String location = answer.headers().firstValue("Location").orElse("");
		return location.substring(location.lastIndexOf('/') + 1);
	}

	/**
	 * Shows the newest pipelines.
	 * @throws IOException when there is no answer
	 */
	public void list() throws IOException {
		List<List<String>> rows = new ArrayList<>();
		for (JsonNode pipeline : this.gateway.json("/pipelines")) {
			rows.add(List.of(pipeline.path("id").asString(), pipeline.path("state").asString(),
					pipeline.path("name").asString(), pipeline.path("source").asString(), stages(pipeline)));
		}
		this.console.table(List.of("ID", "STATE", "NAME", "SOURCE", "STAGES"), rows);
	}

	/**
	 * Follows a pipeline until it is over, and shows what each stage has done.
	 * @param id the pipeline
	 * @return whether all of its items are DONE
	 */
	public boolean follow(String id) {
		int[] answers = { 0 };
		JsonNode pipeline = new Following(this.gateway, InstantSource.system()).follow("pipeline " + id, path(id),
				(answer) -> {
					if (this.console.terminal() || answers[0]++ % POLLS_PER_LINE == 0) {
						this.console.progress("%s: %s".formatted(answer.path("name").asString(), stages(answer)));
					}
				}, (answer) -> Following.isOver(answer) || waitsForPeople(answer), () -> {
				});
		table(pipeline);
		pipeline.path("stages").forEach(this::hint);
		return "DONE".equals(pipeline.path("state").asString()) && pipeline.path("stages")
			.valueStream()
			.noneMatch((stage) -> stage.path("job").path("dead").asLong() > 0);
	}

	/** Nothing is done any more, for what is DEAD holds a barrier up. */
	private static boolean waitsForPeople(JsonNode pipeline) {
		return pipeline.path("stages").valueStream().allMatch((stage) -> {
			JsonNode job = stage.path("job");
			boolean idle = job.path("total").asLong() == job.path("done").asLong() + job.path("dead").asLong();
			return stage.path("waitsFor").isObject() ? !stage.path("waitsFor").path("proceed").asBoolean() : idle;
		}) && pipeline.path("stages")
			.valueStream()
			.anyMatch((stage) -> stage.path("waitsFor").path("dead").asLong() > 0
					&& stage.path("waitsFor").path("open").asLong() == 0);
	}

	private void hint(JsonNode stage) {
		JsonNode waits = stage.path("waitsFor");
		if (waits.path("dead").asLong() > 0) {
			String name = stage.path("job").path("stage").asString();
			this.console.line("%s waits for %d dead items:".formatted(name, waits.path("dead").asLong()));
			for (JsonNode straggler : waits.path("stragglers")) {
				this.console.line("  %s, %s: %s".formatted(straggler.path("stage").asString(),
						straggler.path("item").asString(), straggler.path("reason").asString("")));
			}
			this.console.line("  './suite job retry-dead JOB' puts those of a job back, "
					+ "'./suite pipeline proceed %s' goes on without them"
						.formatted(stage.path("job").path("id").asString()));
		}
	}

	/**
	 * Lets a join or reduce go on without what is DEAD before it.
	 * @param job the job of that stage
	 * @throws IOException when there is no answer
	 */
	public void proceed(String job) throws IOException {
		HttpResponse<String> answer = this.gateway.post("/jobs/%s/proceed".formatted(Jobs.checked(job)), Map.of());
		if (answer.statusCode() != 202) {
			throw new SuiteFailure("it does not: " + Jobs.problem(answer));
		}
	}

	/** Such as: map 1200/3400 · count waits for 2200 · total – . */
	private static String stages(JsonNode pipeline) {
		return pipeline.path("stages").valueStream().map(Pipelines::stage).collect(Collectors.joining(" · "));
	}

	private static String stage(JsonNode stage) {
		JsonNode job = stage.path("job");
		String name = job.path("stage").asString();
		JsonNode waits = stage.path("waitsFor");
		if (waits.isObject()) {
			long dead = waits.path("dead").asLong();
			return "%s waits for %s".formatted(name, (dead > 0) ? dead + " dead items" : "all before it");
		}
		long ended = job.path("done").asLong() + job.path("dead").asLong();
		return "DONE".equals(job.path("state").asString()) ? name + " ✓"
				: "%s %d/%d".formatted(name, ended, job.path("total").asLong());
	}

	private void table(JsonNode pipeline) {
		List<List<String>> rows = new ArrayList<>();
		for (JsonNode stage : pipeline.path("stages")) {
			JsonNode job = stage.path("job");
			rows.add(List.of(job.path("stage").asString(), job.path("id").asString(), job.path("state").asString(),
					job.path("handler").asString(), Long.toString(job.path("total").asLong()),
					Long.toString(job.path("done").asLong()), Long.toString(job.path("dead").asLong()),
					job.path("reason").asString("")));
		}
		this.console.table(List.of("STAGE", "JOB", "STATE", "HANDLER", "TOTAL", "DONE", "DEAD", ""), rows);
	}

	/**
	 * What a pipeline has led to: the outputs of the stages that feed no other. Short
	 * texts are shown, or all is written to files.
	 * @param id the pipeline
	 * @param folder where to write them, a folder for each stage; empty: they are shown
	 * @throws IOException when there is no answer, or they cannot be written
	 */
	public void output(String id, Optional<Path> folder) throws IOException {
		for (JsonNode stage : this.gateway.json(path(id)).path("stages")) {
			if (folder.isPresent() || stage.path("to").isEmpty()) {
				String name = stage.path("job").path("stage").asString();
				String job = stage.path("job").path("id").asString();
				List<Result> results = results(job);
				if (folder.isPresent()) {
					write(job, results, folder.get().resolve(name));
				}
				else {
					show(name, job, results);
				}
			}
		}
	}

	/** Those that were not reduced to others. */
	private List<Result> results(String job) throws IOException {
		List<Result> results = new ArrayList<>();
		this.jobs.items(job, "DONE", (item) -> {
			if (item.path("outputBytes").isNumber() && item.path("reducedBy").isNull()) {
				String key = item.path("reduceKey").asString("");
				results.add(new Result(item.path("id").asString(),
						item.path("reduceKey").isNull() ? item.path("id").asString() : key.isEmpty() ? "all" : key,
						item.path("outputBytes").asInt()));
			}
		});
		return results;
	}

	private void show(String stage, String job, List<Result> results) throws IOException {
		for (Result result : results.stream().limit(SHOWN).toList()) {
			byte[] output = (result.bytes() <= SHOWN_BYTES) ? bytes(job, result.item()) : new byte[0];
			String text = new String(output, StandardCharsets.UTF_8);
			boolean readable = output.length > 0 && text.codePoints().noneMatch((c) -> c == 0xfffd || c == 0);
			this.console.line(
					"%s, %s: %s".formatted(stage, result.name(), readable ? text.strip() : result.bytes() + " bytes"));
		}
		if (results.size() > SHOWN) {
			this.console.line("%s: and %d more".formatted(stage, results.size() - SHOWN));
		}
	}

	private void write(String job, List<Result> results, Path folder) throws IOException {
		for (Result result : results) {
			Path file = folder.resolve(result.name()).normalize();
			if (!file.startsWith(folder.normalize())) {
				throw new SuiteFailure("'%s' is no name for a file in %s".formatted(result.name(), folder));
			}
			Files.createDirectories(file.getParent());
			Files.write(file, bytes(job, result.item()));
		}
		this.console.line("%d outputs in %s".formatted(results.size(), folder));
	}

	private byte[] bytes(String job, String item) throws IOException {
		return this.gateway.bytes("/jobs/%s/items/%s/output".formatted(job, PathText.encode(item)));
	}

	/**
	 * The jobs of a pipeline's stages, each after those that feed it.
	 * @param id the pipeline
	 * @return their ids
	 * @throws IOException when there is no answer
	 */
	public List<String> jobs(String id) throws IOException {
		return this.gateway.json(path(id))
			.path("stages")
			.valueStream()
			.map((stage) -> stage.path("job").path("id").asString())
			.toList();
	}

	private static String path(String id) {
		if (!id.matches("[0-9]{1,18}")) {
			throw new SuiteFailure("'%s' is no pipeline's id: './suite pipeline list' shows them".formatted(id));
		}
		return "/pipelines/" + id;
	}

	private record Result(String item, String name, int bytes) {
	}

}
