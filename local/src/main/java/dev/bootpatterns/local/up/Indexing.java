package dev.bootpatterns.local.up;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.console.ProgressBar;
import dev.bootpatterns.local.corpus.Corpus;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.process.Ticks;
import tools.jackson.databind.JsonNode;

/**
 * Indexes the corpus as a job of the suite, and follows it. The same corpus is indexed
 * once: a job that is done is not repeated, and one that was interrupted goes on.
 */
final class Indexing {

	private static final Duration POLL = Duration.ofMillis(500);

	/** Without a terminal each report is a line of its own. */
	private static final int POLLS_PER_LINE = 10;

	private static final Duration STALLED_AFTER = Duration.ofMinutes(2);

	private static final Set<String> ENDED = Set.of("DONE", "FAILED", "CANCELLED");

	private final SuiteHome home;

	private final GatewayClient gateway;

	private final Console console;

	private final InstantSource clock;

	Indexing(SuiteHome home, GatewayClient gateway, Console console, InstantSource clock) {
		this.home = home;
		this.gateway = gateway;
		this.console = console;
		this.clock = clock;
	}

	/**
	 * What was indexed.
	 *
	 * @param fingerprint the corpus
	 * @param job the job's id
	 */
	record Indexed(String fingerprint, String job) {
	}

	/**
	 * The job's end.
	 *
	 * @param job its id
	 * @param dead how many documents were given up
	 */
	record Result(String job, long dead) {
	}

	Result index(Corpus corpus) {
		Path file = this.home.run().resolve("indexed.json");
		try {
			Optional<String> earlier = Json.read(file, Indexed.class)
				.filter((indexed) -> indexed.fingerprint().equals(corpus.fingerprint()))
				.map(Indexed::job)
				.filter(this::known);
			if (earlier.isPresent()) {
				JsonNode job = this.gateway.json("/jobs/" + earlier.get());
				if (ENDED.contains(job.path("state").asString())) {
					this.console.line(
							"already indexed: %d documents of %s".formatted(job.path("done").asLong(), corpus.path()));
					return new Result(earlier.get(), job.path("dead").asLong());
				}
			}
			String id = earlier.isPresent() ? earlier.get() : create();
			Json.replace(file, new Indexed(corpus.fingerprint(), id));
			return follow(id);
		}
		catch (IOException ex) {
			throw new SuiteFailure("indexing failed: " + ex.getMessage(), this.home.log("gateway"), ex);
		}
	}

	private boolean known(String job) {
		try {
			return this.gateway.get("/jobs/" + job).statusCode() == 200;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private String create() throws IOException {
		HttpResponse<String> response = this.gateway.post("/jobs", Map.of("source", "corpus", "handler", "ingest"));
		if (response.statusCode() != 202) {
			throw new SuiteFailure("the job was refused with %d: %s".formatted(response.statusCode(), response.body()),
					this.home.log("owner-1"));
		}
		String location = response.headers().firstValue("Location").orElse("");
		return location.substring(location.lastIndexOf('/') + 1);
	}

	private Result follow(String id) throws IOException {
		Instant start = this.clock.instant();
		Instant progressed = start;
		long last = -1;
		int polls = 0;
		try (Ticks ticks = new Ticks(POLL)) {
			while (ticks.next()) {
				Optional<JsonNode> answer = poll(id);
				if (answer.isPresent()) {
					JsonNode job = answer.get();
					long finished = job.path("done").asLong() + job.path("dead").asLong();
					if (this.console.terminal() || polls % POLLS_PER_LINE == 0) {
						show(job, finished);
					}
					polls++;
					if (ENDED.contains(job.path("state").asString())) {
						return ended(id, job, Duration.between(start, this.clock.instant()));
					}
					progressed = (finished != last) ? this.clock.instant() : progressed;
					last = finished;
				}
				if (Duration.between(progressed, this.clock.instant()).compareTo(STALLED_AFTER) > 0) {
					throw new SuiteFailure(
							"indexing made no progress for %d s (job %s)".formatted(STALLED_AFTER.toSeconds(), id),
							this.home.log("worker-1"));
				}
			}
		}
		throw new SuiteFailure("interrupted while indexing");
	}

	private void show(JsonNode job, long finished) {
		this.console.progress(ProgressBar.render("indexing", finished, job.path("total").asLong(),
				job.path("itemsPerSecond").asDouble(), Duration.ofSeconds(job.path("etaSeconds").asLong())));
	}

	/** A leader may change meanwhile: no answer now is not the end. */
	private Optional<JsonNode> poll(String id) {
		try {
			return Optional.of(this.gateway.json("/jobs/" + id));
		}
		catch (IOException ex) {
			return Optional.empty();
		}
	}

	private Result ended(String id, JsonNode job, Duration took) {
		if (!"DONE".equals(job.path("state").asString())) {
			throw new SuiteFailure("the indexing job %s ended as %s".formatted(id, job.path("state").asString()),
					this.home.log("owner-1"));
		}
		this.console.line("indexed %d documents in %s".formatted(job.path("done").asLong(), Console.text(took)));
		return new Result(id, job.path("dead").asLong());
	}

}
