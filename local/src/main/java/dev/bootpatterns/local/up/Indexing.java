package dev.bootpatterns.local.up;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.console.ProgressBar;
import dev.bootpatterns.local.corpus.Corpus;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.process.Ticks;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Indexes the corpus as a job of the suite, and follows it. The same corpus is indexed
 * once into a database: a job that is done is not repeated, one that was interrupted goes
 * on, and one that has failed is begun anew.
 */
final class Indexing {

	private static final Duration POLL = Duration.ofMillis(500);

	/** Without a terminal each report is a line of its own. */
	private static final int POLLS_PER_LINE = 10;

	private static final Duration STALLED_AFTER = Duration.ofMinutes(2);

	private static final String DONE = "DONE";

	private static final Set<String> ENDED = Set.of(DONE, "FAILED", "CANCELLED");

	private final SuiteHome home;

	private final GatewayClient gateway;

	private final Console console;

	private final InstantSource clock;

	private final LongSupplier usableSpace;

	Indexing(SuiteHome home, GatewayClient gateway, Console console, InstantSource clock) {
		this(home, gateway, console, clock, () -> Disk.usable(home.directory()));
	}

	Indexing(SuiteHome home, GatewayClient gateway, Console console, InstantSource clock, LongSupplier usableSpace) {
		this.home = home;
		this.gateway = gateway;
		this.console = console;
		this.clock = clock;
		this.usableSpace = usableSpace;
	}

	/**
	 * What was indexed.
	 *
	 * @param database into which database; null in files of earlier versions
	 * @param fingerprint the corpus
	 * @param job the job's id
	 */
	record Indexed(@Nullable String database, String fingerprint, String job) {
	}

	/**
	 * The job's end.
	 *
	 * @param job its id
	 * @param dead how many documents were given up
	 */
	record Result(String job, long dead) {
	}

	/**
	 * Indexes, unless that was done.
	 * @param corpus the documents
	 * @param database where they are stored; a job is one of its database, and another
	 * database may have another job of that id
	 * @return how it ended
	 */
	Result index(Corpus corpus, String database) {
		Path file = this.home.run().resolve("indexed.json");
		try {
			Optional<JsonNode> earlier = earlier(file, corpus, database);
			String state = earlier.map((job) -> job.path("state").asString()).orElse("");
			if (earlier.isPresent() && DONE.equals(state)) {
				JsonNode job = earlier.get();
				this.console
					.line("already indexed: %d documents of %s".formatted(job.path("done").asLong(), corpus.path()));
				return new Result(job.path("id").asString(), job.path("dead").asLong());
			}
			String id = (earlier.isPresent() && !ENDED.contains(state)) ? earlier.get().path("id").asString()
					: create();
			Json.replace(file, new Indexed(database, corpus.fingerprint(), id));
			return follow(id);
		}
		catch (IOException ex) {
			throw new SuiteFailure("indexing failed: " + ex.getMessage() + disk(), this.home.log("gateway"), ex);
		}
	}

	private Optional<JsonNode> earlier(Path file, Corpus corpus, String database) throws IOException {
		Indexed indexed = Json.read(file, Indexed.class).orElse(null);
		if (indexed == null || !indexed.fingerprint().equals(corpus.fingerprint())
				|| !database.equals(indexed.database())) {
			return Optional.empty();
		}
		HttpResponse<String> job = this.gateway.get("/jobs/" + indexed.job());
		return (job.statusCode() == 200) ? Optional.of(Json.tree(job.body())) : Optional.empty();
	}

	private String create() throws IOException {
		HttpResponse<String> response = this.gateway.post("/jobs", Map.of("source", "corpus", "handler", "ingest"));
		if (response.statusCode() != 202) {
			throw ownersFailure("the job was refused with %d: %s".formatted(response.statusCode(), response.body()));
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
					throw new SuiteFailure("indexing made no progress for %d s (job %s)%s"
						.formatted(STALLED_AFTER.toSeconds(), id, disk()), this.home.log("worker-1"));
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
		if (!DONE.equals(job.path("state").asString())) {
			String reason = job.path("reason").asString("");
			throw ownersFailure("the indexing job %s ended as %s%s".formatted(id, job.path("state").asString(),
					reason.isEmpty() ? "" : ": " + reason));
		}
		this.console.line("indexed %d documents in %s".formatted(job.path("done").asLong(), Console.text(took)));
		return new Result(id, job.path("dead").asLong());
	}

	/** A full disk shows in many ways, none of which names it. */
	private String disk() {
		return Disk.shortage(this.home.directory(), this.usableSpace.getAsLong())
			.map((shortage) -> System.lineSeparator() + shortage)
			.orElse("");
	}

	/** The leader lists the source, and says in its log what it found. */
	private SuiteFailure ownersFailure(String message) {
		Path log = leaderLog();
		String logs = (log != null) ? "" : System.lineSeparator() + "('./suite logs owner' shows the owners' logs)";
		return new SuiteFailure(message + disk() + logs, log);
	}

	private @Nullable Path leaderLog() {
		try {
			Path log = this.home.log(this.gateway.leader());
			return Files.exists(log) ? log : null;
		}
		catch (IOException ex) {
			return null;
		}
	}

}
