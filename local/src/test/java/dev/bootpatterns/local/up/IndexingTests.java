package dev.bootpatterns.local.up;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.client.FakeGateway;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.corpus.Corpus;
import dev.bootpatterns.local.state.SuiteHome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(30)
class IndexingTests {

	private static final long MIB = 1024 * 1024;

	private static final String DONE = """
			{"id": "%s", "state": "DONE", "total": 5, "done": 4, "dead": 1}""";

	private static final String FAILED = """
			{"id": "%s", "state": "FAILED", "reason": "the corpus /c cannot be read by this process"}""";

	private static final String RUNNING = """
			{"id": "%s", "state": "RUNNING", "total": 5, "done": 2, "dead": 0}""";

	@TempDir
	Path folder;

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

	private SuiteHome home;

	private FakeGateway gateway;

	@BeforeEach
	void suite() throws IOException {
		this.home = new SuiteHome(this.folder, this.folder.resolve("home"), 0);
		this.home.create();
		this.gateway = new FakeGateway();
	}

	@AfterEach
	void close() {
		this.gateway.close();
	}

	@Test
	void job_thatIsDone_isNotRepeated() {
		indexed("7", "db");
		assertThat(index("8", "db")).isEqualTo(new Indexing.Result("7", 1));
		assertThat(this.out.toString(StandardCharsets.UTF_8)).contains("already indexed: 4 documents of /c");
	}

	@Test
	void job_intoAnotherDatabase_isNotTakenForThisOne() {
		indexed("7", "db");
		this.gateway.with("/jobs/8", DONE.formatted("8"));
		assertThat(index("8", "another")).isEqualTo(new Indexing.Result("8", 1));
	}

	@Test
	void job_thatHasFailed_isBegunAnew() {
		indexed("7", "db");
		this.gateway.with("/jobs/7", FAILED.formatted("7")).with("/jobs/8", DONE.formatted("8"));
		assertThat(index("8", "db")).isEqualTo(new Indexing.Result("8", 1));
	}

	@Test
	void job_thatTheDatabaseDoesNotKnow_isBegunAnew() {
		indexed("7", "db");
		this.gateway.without("/jobs/7").with("/jobs/8", DONE.formatted("8"));
		assertThat(index("8", "db").job()).isEqualTo("8");
	}

	@Test
	void job_thatRuns_isFollowed() {
		this.gateway.with("/jobs/7", RUNNING.formatted("7"));
		assertThat(stalled("7", 1000 * MIB)).contains("(job 7)");
		assertThat(stalled("8", 1000 * MIB)).contains("(job 7)");
	}

	@Test
	void failure_hasItsReason_andTheLogOfTheLeader() throws IOException {
		Files.writeString(this.home.log("owner-2"), "why");
		this.gateway.with("/jobs/7", FAILED.formatted("7")).with("/leader", "{\"leader\": \"owner-2/dbe90e5d\"}");
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> index("7", "db"))
			.withMessage("the indexing job 7 ended as FAILED: the corpus /c cannot be read by this process")
			.satisfies((failure) -> assertThat(failure.log()).isEqualTo(this.home.log("owner-2")));
	}

	@Test
	void failure_withoutALeader_pointsToTheLogsOfAllOwners() {
		this.gateway.with("/jobs/7", FAILED.formatted("7"));
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> index("7", "db"))
			.withMessageContaining("./suite logs owner")
			.satisfies((failure) -> assertThat(failure.log()).isNull());
	}

	@Test
	void noProgress_onAFullDisk_namesTheDisk() {
		this.gateway.with("/jobs/7", RUNNING.formatted("7"));
		assertThat(stalled("7", 3 * MIB)).contains("made no progress for 120 s (job 7)")
			.contains("the disk of " + this.home.directory())
			.contains("3 MiB free");
		assertThat(stalled("7", 1000 * MIB)).doesNotContain("disk");
	}

	private void indexed(String job, String database) {
		this.gateway.with("/jobs/" + job, DONE.formatted(job));
		assertThat(index(job, database).job()).isEqualTo(job);
	}

	private Indexing.Result index(String created, String database) {
		this.gateway.creates(created);
		return indexing(1000 * MIB).index(corpus(), database);
	}

	private String stalled(String created, long usable) {
		try {
			this.gateway.creates(created);
			indexing(usable).index(corpus(), "db");
		}
		catch (SuiteFailure failure) {
			return failure.getMessage();
		}
		return "";
	}

	private static Corpus corpus() {
		return new Corpus(Path.of("/c"), "", 1, "fingerprint");
	}

	private Indexing indexing(long usable) {
		Console console = new Console(new PrintStream(this.out, true, StandardCharsets.UTF_8), false);
		InstantSource clock = () -> this.now.updateAndGet((before) -> before.plus(Duration.ofMinutes(3)));
		return new Indexing(this.home, this.gateway.client(), console, clock, () -> usable);
	}

}
