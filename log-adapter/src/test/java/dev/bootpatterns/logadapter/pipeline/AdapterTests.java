package dev.bootpatterns.logadapter.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

import dev.bootpatterns.logadapter.entry.LogEntry;
import dev.bootpatterns.logadapter.follow.FileSet;
import dev.bootpatterns.logadapter.follow.OwnFiles;
import dev.bootpatterns.logadapter.follow.PathGlobs;
import dev.bootpatterns.logadapter.format.EntryJoiner;
import dev.bootpatterns.logadapter.format.LineFormats;
import dev.bootpatterns.logadapter.live.Published;
import dev.bootpatterns.logadapter.output.EntryStore;
import dev.bootpatterns.logadapter.output.LimitedDisk;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class AdapterTests {

	private static final long PLENTY = 100_000_000;

	private static final String HEAD = "2026-11-22T19:38:11.123Z  INFO 12 --- [shard] [main] [-] a.B : ";

	@TempDir
	Path directory;

	private final JsonMapper json = JsonMapper.shared();

	private final LimitedDisk disk = new LimitedDisk(PLENTY);

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final List<Published> live = Collections.synchronizedList(new ArrayList<>());

	private Path log;

	private Path output;

	private @Nullable Adapter adapter;

	private @Nullable Thread thread;

	@BeforeEach
	void folders() throws IOException {
		this.log = this.directory.resolve("app.log");
		this.output = Files.createDirectories(this.directory.resolve("out"));
	}

	@AfterEach
	void stop() throws InterruptedException {
		if (this.adapter != null && this.thread != null) {
			this.adapter.stop();
			assertThat(this.thread.join(Duration.ofSeconds(10))).isTrue();
		}
	}

	@Test
	void everyLine_isAccountedFor() throws IOException {
		append(HEAD + "one\n\tat x.Y\n", "\n", "garbage\n", "\n", HEAD + "two\n",
				"::1 - - [22/Nov/2026:20:38:11 +0000] " + "\"GET / HTTP/1.1\" 200 1\n", "\n", HEAD + "poison\n",
				HEAD + "three\n");
		start((entry) -> {
			if (entry.message().equals("poison")) {
				throw new StreamWriteException(null, "cannot");
			}
			return this.json.writeValueAsBytes(entry);
		});
		awaitLines(10);
		assertThat(count("log.adapter.lines.out")).isEqualTo(8);
		assertThat(count("log.adapter.lines.dead.lettered")).isEqualTo(1);
		assertThat(dropped()).isEqualTo(1);
		assertThat(messages()).containsExactly("one", "garbage", "two",
				"::1 - - [22/Nov/2026:20:38:11 +0000] \"GET / HTTP/1.1\" 200 1", "three");
		assertThat(this.live).hasSize(5);
		assertThat(this.json.readTree(Files.readString(this.output.resolve("dead-letters.ndjson")))
			.path("message")
			.stringValue()).isEqualTo("poison");
	}

	@Test
	void fullDisk_pausesReading_andNothingIsLostOrWrittenTwice() throws IOException {
		this.disk.free(PLENTY);
		start(this.json::writeValueAsBytes);
		append(HEAD + "before\n");
		awaitLines(1);
		this.disk.free(1500);
		List<String> expected = new ArrayList<>(List.of("before"));
		for (int i = 0; i < 200; i++) {
			append(HEAD + "line " + i + "\n");
			expected.add("line " + i);
		}
		Awaitility.await().untilAsserted(() -> {
			assertThat(status().pausedBecause()).contains("No space left on device");
			assertThat(count("log.adapter.write.failures")).isPositive();
		});
		double readWhilePaused = count("log.adapter.lines.in");
		append(HEAD + "while paused\n");
		expected.add("while paused");
		double failures = count("log.adapter.write.failures");
		Awaitility.await().until(() -> count("log.adapter.write.failures") >= failures + 3);
		assertThat(count("log.adapter.lines.in")).isEqualTo(readWhilePaused);
		this.disk.free(PLENTY);
		awaitLines(202);
		assertThat(status().pausedBecause()).isNull();
		assertThat(messages()).isEqualTo(expected);
		assertThat(this.live).hasSize(202);
	}

	@Test
	void stoppedWhileTheDiskIsFull_theRestartMakesUpForIt() throws IOException, InterruptedException {
		start(this.json::writeValueAsBytes);
		append(HEAD + "before\n");
		awaitLines(1);
		this.disk.free(10);
		append(HEAD + "held up\n");
		Awaitility.await().until(() -> status().pausedBecause() != null);
		stop();
		this.disk.free(PLENTY);
		start(this.json::writeValueAsBytes);
		Awaitility.await().untilAsserted(() -> assertThat(messages()).containsExactly("before", "held up"));
	}

	@Test
	void restartWhileARecordIsHeldBack_givesItWhole() throws IOException, InterruptedException {
		append(HEAD + "failed\n", "a.Boom: x\n");
		start(this.json::writeValueAsBytes, Duration.ofHours(1));
		Awaitility.await().until(() -> count("log.adapter.lines.in") == 2);
		stop();
		append("\tat a.B\n", HEAD + "next\n");
		start(this.json::writeValueAsBytes);
		Awaitility.await().untilAsserted(() -> assertThat(messages()).containsExactly("failed", "next"));
	}

	@Test
	void errorThatIsNotOfTheDisk_endsTheThread_insteadOfLosingALine() throws IOException {
		append(HEAD + "one\n");
		start((entry) -> {
			throw new IllegalStateException("a defect");
		});
		Awaitility.await().until(() -> this.thread != null && !this.thread.isAlive());
		assertThat(status().alive()).isFalse();
		assertThat(messages()).isEmpty();
	}

	@Test
	void manyBusyFiles_areBalanced() throws IOException {
		int files = 20;
		int lines = 2000;
		for (int i = 0; i < files; i++) {
			String prefix = HEAD + i + "/";
			Files.writeString(this.directory.resolve("busy-" + i + ".log"),
					IntStream.range(0, lines)
						.mapToObj((line) -> prefix + line + "\n")
						.reduce(new StringBuilder(), StringBuilder::append, StringBuilder::append)
						.toString());
		}
		start(this.json::writeValueAsBytes);
		awaitLines(files * lines);
		assertThat(messages()).doesNotHaveDuplicates().hasSize(files * lines);
	}

	private void start(Function<LogEntry, byte[]> encoder) throws IOException {
		start(encoder, Duration.ofMillis(50));
	}

	private void start(Function<LogEntry, byte[]> encoder, Duration silence) throws IOException {
		EntryStore store = this.disk.store(new EntryStore.Settings(this.output, 100_000_000, 3));
		Ledger ledger = new Ledger(this.registry);
		FileSet files = new FileSet(
				new FileSet.Settings(PathGlobs.parse(this.directory + "/*.log"), 100, 65_536, Duration.ofSeconds(1)),
				OwnFiles.find(this.output, PathGlobs.parse("")),
				(path, identity) -> new EntryJoiner(new LineFormats(1), new EntryJoiner.Limits(100, 100_000, silence),
						new EntryJoiner.Origin(path.toString(), identity.value(), "app", "log-adapter", 1),
						InstantSource.system(), System::nanoTime),
				ledger, System::nanoTime, store.recovered());
		Outbox outbox = new Outbox(encoder, store, this.live::addAll, ledger);
		Duration often = Duration.ofMillis(10);
		this.adapter = new Adapter(new Adapter.Timing(often, often, often, often), files, outbox, store, ledger,
				InstantSource.system(), System::nanoTime);
		this.thread = Thread.ofPlatform().uncaughtExceptionHandler((thread, ex) -> {
		}).start(this.adapter);
	}

	private AdapterStatus status() {
		return (this.adapter != null) ? this.adapter.status() : AdapterStatus.NOT_STARTED;
	}

	private void awaitLines(int lines) {
		Awaitility.await().untilAsserted(() -> {
			assertThat(count("log.adapter.lines.in")).isEqualTo(lines);
			assertThat(count("log.adapter.lines.out") + count("log.adapter.lines.dead.lettered") + dropped())
				.isEqualTo(lines);
			assertThat(status().pendingLines()).isZero();
		});
	}

	private double count(String name) {
		return this.registry.get(name).counter().count();
	}

	private double dropped() {
		return this.registry.get("log.adapter.lines.dropped")
			.counters()
			.stream()
			.mapToDouble((counter) -> counter.count())
			.sum();
	}

	private List<String> messages() throws IOException {
		List<String> messages = new ArrayList<>();
		for (String line : Files.readAllLines(this.output.resolve("entries.ndjson"))) {
			JsonNode entry = this.json.readTree(line);
			messages.add(entry.path("message").stringValue());
		}
		return messages;
	}

	private void append(String... texts) throws IOException {
		Files.writeString(this.log, String.join("", texts), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
	}

}
