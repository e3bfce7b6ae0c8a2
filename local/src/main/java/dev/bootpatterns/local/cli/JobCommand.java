package dev.bootpatterns.local.cli;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.bootpatterns.local.job.JobFollower;
import dev.bootpatterns.local.job.Manifests;
import dev.bootpatterns.local.job.Sources;
import dev.bootpatterns.local.job.Verification;
import dev.bootpatterns.local.plan.Options;
import dev.bootpatterns.local.state.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * {@code ./suite job}.
 */
@Command(name = "job", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND",
		description = "Begins jobs of the running suite, follows them, and verifies their certificates.")
final class JobCommand {

	private static final int DEAD_SHOWN = 5;

	@Command(name = "start", mixinStandardHelpOptions = true,
			description = "Begins a job and follows it. Returns 1 if it fails, or if items are DEAD at its end.")
	int start(@Option(names = "--handler", required = true, paramLabel = "NAME",
			description = "What the workers do with each item: ingest, checksum, … wordcount begins the pipeline of that name, "
					+ "which sums the words of all items up.") String handler,
			@Option(names = "--source", defaultValue = "corpus", paramLabel = "SOURCE",
					description = "A zip or jar, which is copied to .suite/sources, or a source's name (default: corpus).") String source,
			@Option(names = "--parameter", paramLabel = "NAME=VALUE",
					description = "What the handler is told; a VALUE that is JSON is given as such.") @Nullable Map<String, String> parameters,
			@Option(names = "--priority", paramLabel = "0-9",
					description = "9 is the most urgent (default: 4).") @Nullable Integer priority,
			@Option(names = "--order-by", paramLabel = "KEY",
					description = "Items with the same KEY, one after the other: all, folder or segment:N.") @Nullable String orderBy,
			@Option(names = "--detach", description = "Does not follow it.") boolean detach) throws IOException {
		JobContext suite = JobContext.ofRunningSuite();
		Optional<String> manifest = Manifests.brought(handler);
		if (manifest.isPresent() && parameters == null && priority == null && orderBy == null) {
			suite.console().line("%s is a pipeline: './suite pipeline --help'".formatted(handler));
			return PipelineCommand.start(suite, manifest.get(), Optional.of(source), detach);
		}
		Map<String, Object> request = new LinkedHashMap<>();
		request.put("source", new Sources(suite.home().sources()).nameOf(source));
		request.put("handler", handler);
		request.put("parameters", values(parameters));
		if (priority != null) {
			request.put("priority", priority);
		}
		if (orderBy != null) {
			request.put("orderBy", orderBy);
		}
		String id = suite.jobs().start(request);
		suite.console().line("job %s".formatted(id));
		return detach ? 0 : follow(suite, id);
	}

	@Command(name = "list", mixinStandardHelpOptions = true, description = "Shows the newest jobs.")
	int list() throws IOException {
		JobContext.ofRunningSuite().jobs().list();
		return 0;
	}

	@Command(name = "watch", mixinStandardHelpOptions = true,
			description = "Follows a job until it is over. Returns 1 if it fails, or if items are DEAD.")
	int watch(@Parameters(paramLabel = "ID") String id) throws IOException {
		JobContext suite = JobContext.ofRunningSuite();
		suite.gateway().json("/jobs/" + id);
		return follow(suite, id);
	}

	@Command(name = "retry-dead", mixinStandardHelpOptions = true,
			description = "Puts all DEAD items of a job back, with fresh attempts.")
	int retryDead(@Parameters(paramLabel = "ID") String id) throws IOException {
		JobContext suite = JobContext.ofRunningSuite();
		suite.console().line("%d items are put back".formatted(suite.jobs().retryDead(id)));
		return 0;
	}

	@Command(name = "verify", mixinStandardHelpOptions = true,
			description = "Holds a job's certificate against its items and its source. Returns 1 if something contradicts.")
	int verify(@Parameters(paramLabel = "ID") String id, @Option(names = "--list", paramLabel = "FILE",
			description = "The source's ids, one in a line, made by whatever you trust; - reads them from the input.") @Nullable String list)
			throws IOException {
		return verify(JobContext.ofRunningSuite(), id, list);
	}

	static int verify(JobContext suite, String id, @Nullable String list) throws IOException {
		JsonNode certificate = suite.jobs().certificate(id);
		suite.console().line(Json.write(certificate));
		Verification verification = new Verification(suite.jobs(), suite.console());
		if (list != null) {
			try (Reader lines = list.equals("-") ? new InputStreamReader(System.in, StandardCharsets.UTF_8)
					: Files.newBufferedReader(Path.of(list))) {
				return verification.againstLines(id, certificate, lines) ? 0 : 1;
			}
		}
		String pipeline = suite.gateway().json("/jobs/" + id).path("pipeline").asString("");
		if (!pipeline.isEmpty() && !suite.pipelines().jobs(pipeline).getFirst().equals(id)) {
			return verification.ofStage(id, certificate) ? 0 : 1;
		}
		String source = certificate.path("source").asString();
		Options options = Json.read(suite.home().options(), Options.class).orElseThrow();
		String corpus = options.corpus();
		if (source.equals("corpus") && corpus != null) {
			return verification.againstFile(id, certificate, Path.of(corpus), options.corpusPrefixes(), false) ? 0 : 1;
		}
		return verification.againstFile(id, certificate, new Sources(suite.home().sources()).fileOf(source), "", true)
				? 0 : 1;
	}

	private static int follow(JobContext suite, String id) throws IOException {
		JsonNode job = new JobFollower(suite.gateway(), suite.console(), InstantSource.system()).follow(id, "job " + id,
				(idle) -> {
				});
		long dead = job.path("dead").asLong();
		suite.console()
			.line("%s: %d of %d done, %d dead, %.0f/s".formatted(job.path("state").asString(),
					job.path("done").asLong(), job.path("total").asLong(), dead,
					job.path("itemsPerSecond").asDouble()));
		String reason = job.path("reason").asString("");
		if (!reason.isEmpty()) {
			suite.console().line("  " + reason);
		}
		if (dead > 0) {
			suite.jobs().showDead(id, DEAD_SHOWN);
			suite.console().line("  './suite job retry-dead %s' puts them back".formatted(id));
		}
		return "DONE".equals(job.path("state").asString()) && dead == 0 ? 0 : 1;
	}

	private static Map<String, Object> values(@Nullable Map<String, String> texts) {
		Map<String, Object> values = new LinkedHashMap<>();
		if (texts != null) {
			texts.forEach((name, text) -> values.put(name, value(text)));
		}
		return values;
	}

	private static Object value(String text) {
		try {
			JsonNode value = Json.tree(text);
			return value.isMissingNode() ? text : value;
		}
		catch (JacksonException ex) {
			return text;
		}
	}

}
