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
import java.util.function.LongSupplier;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.client.GatewayClient;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.corpus.Corpus;
import dev.bootpatterns.local.job.JobFollower;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.SuiteHome;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Indexes the corpus as a job of the suite, and follows it. The same corpus is indexed
 * once into a database: a job that is done is not repeated, one that was interrupted goes
 * on, and one that has failed is begun anew.
 */
final class Indexing {

	private static final Duration STALLED_AFTER = Duration.ofMinutes(2);

	private static final String DONE = "DONE";

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
			String id = (earlier.isPresent() && !JobFollower.isOver(earlier.get()))
					? earlier.get().path("id").asString() : create();
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

	private Result follow(String id) {
		Instant start = this.clock.instant();
		JsonNode job = new JobFollower(this.gateway, this.console, this.clock).follow(id, "indexing", (idle) -> {
			if (idle.compareTo(STALLED_AFTER) > 0) {
				throw new SuiteFailure("indexing made no progress for %d s (job %s)%s"
					.formatted(STALLED_AFTER.toSeconds(), id, disk()), this.home.log("worker-1"));
			}
		});
		return ended(id, job, Duration.between(start, this.clock.instant()));
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
