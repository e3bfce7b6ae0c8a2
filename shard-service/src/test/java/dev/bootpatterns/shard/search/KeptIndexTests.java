package dev.bootpatterns.shard.search;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.bootpatterns.shard.TestClient;
import dev.bootpatterns.shard.TestSystem;
import dev.bootpatterns.sharding.Slots;
import dev.bootpatterns.sharding.Topology;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.store.NIOFSDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** What a replica does with the index that it finds at its start. */
@ExtendWith(OutputCaptureExtension.class)
class KeptIndexTests {

	private static final int NO_BROKER = 1;

	private static final String NEVER = "--shard.catch-up-period=1h";

	private static final int DOCUMENTS = 30;

	private TestSystem system;

	@BeforeEach
	void start(@TempDir Path directory) throws Exception {
		this.system = new TestSystem(directory);
		this.system.topology(Topology.balanced(1));
	}

	@AfterEach
	void stop() throws Exception {
		this.system.close();
	}

	@Test
	void restart_loadsOnlyWhatChangedMeanwhile() {
		TestClient other = filledAndStopped();
		other.put("/documents/3", "t", "everywhere but changed");
		other.delete("/documents/4");
		other.put("/documents/new", "t", "everywhere");
		TestSystem.Replica again = ready("a", NEVER);
		assertThat(again.http().get("/search?q=everywhere").json().path("total").asInt()).isEqualTo(DOCUMENTS);
		assertThat(again.http().find("changed")).containsExactly("3");
		assertThat(again.counter("shard.index.changes")).isEqualTo(3);
		assertThat(again.counter("shard.index.repaired")).isZero();
	}

	/** As after SIGKILL, or a power failure: the last commit is what is left. */
	@Test
	void olderCommit_isGoneOnFrom(@TempDir Path directory) throws IOException {
		Path copy = directory.resolve("copy");
		TestSystem.Replica replica = ready("a", "--shard.catch-up-period=50ms");
		put(replica.http(), 0, 10);
		Path index = this.system.indexDirectory("a").resolve("lucene");
		await().ignoreExceptions().until(() -> {
			FileSystemUtils.deleteRecursively(copy);
			FileSystemUtils.copyRecursively(index, copy);
			try (Directory files = new NIOFSDirectory(copy); DirectoryReader reader = DirectoryReader.open(files)) {
				return reader.numDocs() == 10;
			}
		});
		put(replica.http(), 10, DOCUMENTS);
		replica.http().delete("/documents/1");
		replica.stop();
		FileSystemUtils.deleteRecursively(index);
		FileSystemUtils.copyRecursively(copy, index);
		TestSystem.Replica again = ready("a", NEVER);
		assertThat(again.http().get("/search?q=everywhere").json().path("total").asInt()).isEqualTo(DOCUMENTS - 1);
		assertThat(again.counter("shard.index.changes")).isEqualTo(DOCUMENTS - 10 + 1);
	}

	@Test
	void indexOfAnotherDatabase_isBuiltAnew() {
		filledAndStopped();
		this.system.jdbc().sql("delete from documents.document where id = '5'").update();
		this.system.jdbc().sql("update documents.identity set id = gen_random_uuid()").update();
		expectEverythingIsLoadedAgain(DOCUMENTS - 1);
	}

	@Test
	void slotThatIsFurtherThanTheDatabase_isLoadedAgain() {
		filledAndStopped();
		this.system.jdbc().sql("delete from documents.document where id = '5'").update();
		this.system.jdbc()
			.sql("update documents.slot_version set version = version - 1 where slot = ?")
			.param(Slots.of("5"))
			.update();
		TestSystem.Replica again = ready("a", NEVER);
		assertThat(again.http().get("/search?q=everywhere").json().path("total").asInt()).isEqualTo(DOCUMENTS - 1);
	}

	@Test
	void slotsThatMovedAwayMeanwhile_areRemoved_andNewOnesLoaded() {
		List<String> low = Stream.of("a", "b", "c", "d", "e", "f").filter((id) -> Slots.of(id) < 512).toList();
		List<String> high = Stream.of("a", "b", "c", "d", "e", "f").filter((id) -> Slots.of(id) >= 512).toList();
		this.system.topology(TestSystem.topology(2, "0-511", "512-1023"));
		TestSystem.Replica replica = ready("a", NEVER);
		low.forEach((id) -> replica.http().put("/documents/" + id, "t", "twofold"));
		await().until(() -> replica.http().find("twofold").size() == low.size());
		replica.stop();
		this.system.topology(TestSystem.topology(3, "512-1023", "0-511"));
		TestSystem.Replica again = ready("a", NEVER);
		high.forEach((id) -> again.http().put("/documents/" + id, "t", "twofold"));
		await().until(() -> again.http().find("twofold").size() == high.size());
		assertThat(again.http().find("twofold")).containsExactlyInAnyOrderElementsOf(high);
		assertThat(again.gauge("shard.index.documents")).isEqualTo(high.size());
	}

	/** It has some of their documents, and nothing says so. */
	@Test
	void slotsThatWereBeingLoadedInVain_areNotKept(CapturedOutput log) {
		String own = "b";
		String others = "a";
		assertThat(Slots.of(own)).isLessThan(512);
		assertThat(Slots.of(others)).isBetween(512, 1022);
		TestSystem.Replica replica = ready("a", NEVER);
		replica.http().put("/documents/" + own, "t", "twofold");
		replica.http().put("/documents/" + others, "t", "twofold");
		this.system.topology(TestSystem.topology(2, "0-511", "512-1023"));
		await().until(() -> replica.http().find("twofold").equals(List.of(own)));
		this.system.breakDocument("broken", 1023);
		this.system.topology(TestSystem.topology(3, "0-1023"));
		await().until(() -> log.getOut().contains("could not be brought up to date"));
		replica.stop();
		this.system.removeDocument("broken");
		this.system.topology(TestSystem.topology(4, "0-511", "512-1023"));
		assertThat(ready("a", NEVER).http().find("twofold")).containsExactly(own);
	}

	@Test
	void indexThatCannotBeRead_isBuiltAnew() {
		filledAndStopped();
		eachFile("a", (path, name) -> {
			if (!name.equals(IndexWriter.WRITE_LOCK_NAME)) {
				write(path, "nonsense".getBytes(StandardCharsets.UTF_8));
			}
		});
		expectEverythingIsLoadedAgain(DOCUMENTS);
	}

	@Test
	void indexThatIsCutOff_isBuiltAnew() {
		filledAndStopped();
		eachFile("a", (path, name) -> {
			if (!name.startsWith("segments") && !name.equals(IndexWriter.WRITE_LOCK_NAME)) {
				write(path, new byte[0]);
			}
		});
		expectEverythingIsLoadedAgain(DOCUMENTS);
	}

	/** As a process leaves it that ended while it threw the index away. */
	@Test
	void indexThatIsThereInPart_isBuiltAnew() throws IOException {
		filledAndStopped();
		try (Directory files = new NIOFSDirectory(this.system.indexDirectory("a").resolve("lucene"));
				IndexWriter writer = new IndexWriter(files,
						new IndexWriterConfig(new KeywordAnalyzer()).setUseCompoundFile(false))) {
			writer.getConfig().getMergePolicy().setNoCFSRatio(0);
			// One segment alone, if it is one, would not be merged.
			writer.addDocument(List.of());
			writer.forceMerge(1);
		}
		// The writer does without the terms, and has the lock when the reader fails.
		assertThat(eachFile("a", (path, name) -> {
			if (name.endsWith(".tim")) {
				write(path, new byte[0]);
			}
		})).anyMatch((name) -> name.endsWith(".tim"));
		expectEverythingIsLoadedAgain(DOCUMENTS);
	}

	/** What is kept is no reason to be ready. */
	@Test
	void replicaThatCannotAskWhatChanged_isNotReady(CapturedOutput log) {
		TestClient other = filledAndStopped();
		other.put("/documents/new", "t", "everywhere");
		this.system.jdbc().sql("alter table documents.document rename to hidden").update();
		TestClient again = this.system.replica("a", NO_BROKER, NEVER).http();
		await().until(() -> log.getOut().contains("could not be brought up to date"));
		assertThat(again.get("/readyz").status()).isEqualTo(503);
		assertThat(again.get("/search?q=everywhere").status()).isEqualTo(503);
		this.system.jdbc().sql("alter table documents.hidden rename to document").update();
		await().until(() -> again.get("/readyz").status() == 200);
		assertThat(again.get("/search?q=everywhere").json().path("total").asInt()).isEqualTo(DOCUMENTS + 1);
	}

	@Test
	void indexOfAnotherFormat_isBuiltAnew() throws IOException {
		filledAndStopped();
		try (Directory files = new NIOFSDirectory(this.system.indexDirectory("a").resolve("lucene"));
				IndexWriter writer = new IndexWriter(files, new IndexWriterConfig(new KeywordAnalyzer()))) {
			Map<String, String> data = new HashMap<>();
			writer.getLiveCommitData().forEach((entry) -> data.put(entry.getKey(), entry.getValue()));
			data.put("format", "0");
			writer.setLiveCommitData(data.entrySet());
		}
		expectEverythingIsLoadedAgain(DOCUMENTS);
	}

	@Test
	void twoReplicasWithOneDirectory_theSecondDoesNotStart() {
		TestSystem.Replica first = ready("a", NEVER);
		put(first.http(), 0, DOCUMENTS);
		assertThatThrownBy(
				() -> this.system.replica("b", NO_BROKER, "--shard.index-directory=" + this.system.indexDirectory("a")))
			.hasRootCauseInstanceOf(LockObtainFailedException.class);
		await().until(() -> first.http().get("/search?q=everywhere").json().path("total").asInt() == DOCUMENTS);
		first.stop();
		assertThat(ready("a", NEVER).counter("shard.index.changes")).as("its files are untouched").isZero();
	}

	/** Replica a has all documents and has stopped; another still runs. */
	private TestClient filledAndStopped() {
		TestClient other = ready("b", NEVER).http();
		TestSystem.Replica replica = ready("a", NEVER);
		put(replica.http(), 0, DOCUMENTS);
		await().until(() -> replica.http().get("/search?q=everywhere").json().path("total").asInt() == DOCUMENTS);
		replica.stop();
		return other;
	}

	private static void put(TestClient http, int from, int to) {
		IntStream.range(from, to).forEach((id) -> http.put("/documents/" + id, "t", "everywhere"));
	}

	private void expectEverythingIsLoadedAgain(int documents) {
		TestSystem.Replica again = ready("a", NEVER);
		assertThat(again.http().get("/search?q=everywhere").json().path("total").asInt()).isEqualTo(documents);
		assertThat(again.counter("shard.index.changes")).isEqualTo(documents);
	}

	private TestSystem.Replica ready(String name, String... properties) {
		TestSystem.Replica replica = this.system.replica(name, NO_BROKER, properties);
		await().until(() -> replica.http().get("/readyz").status() == 200);
		return replica;
	}

	private List<String> eachFile(String replica, BiConsumer<Path, String> action) {
		try (Stream<Path> files = Files.list(this.system.indexDirectory(replica).resolve("lucene"))) {
			return files.peek((path) -> action.accept(path, path.getFileName().toString()))
				.map((path) -> path.getFileName().toString())
				.toList();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void write(Path path, byte[] content) {
		try {
			Files.write(path, content);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
