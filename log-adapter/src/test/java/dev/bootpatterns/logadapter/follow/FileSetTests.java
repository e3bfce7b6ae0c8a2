package dev.bootpatterns.logadapter.follow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

import dev.bootpatterns.logadapter.format.CollectedEntries;
import dev.bootpatterns.logadapter.format.EntryJoiner;
import dev.bootpatterns.logadapter.format.LineFormats;
import dev.bootpatterns.logadapter.line.Line;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class FileSetTests {

	private static final Duration GRACE = Duration.ofSeconds(5);

	@TempDir
	Path directory;

	private Path log;

	private Path output;

	private final CollectedEntries sink = new CollectedEntries();

	private final CountingTally tally = new CountingTally();

	private long nanos;

	private FileSet files;

	@BeforeEach
	void start() throws IOException {
		this.log = this.directory.resolve("app.log");
		this.output = Files.createDirectories(this.directory.resolve("out"));
		this.files = files(List.of(), 100);
	}

	@AfterEach
	void stop() throws IOException {
		this.files.close();
	}

	private FileSet files(List<FilePosition> positions, int maxFiles) throws IOException {
		OwnFiles own = OwnFiles.find(this.output, PathGlobs.parse(this.directory + "/own*.log"));
		return new FileSet(
				new FileSet.Settings(PathGlobs.parse(this.directory + "/**.{log,ndjson}"), maxFiles, 1000, GRACE), own,
				(path, identity) -> new EntryJoiner(new LineFormats(1),
						new EntryJoiner.Limits(10, 10_000, Duration.ZERO),
						new EntryJoiner.Origin(path.toString(), identity.value(), "app", "log-adapter", 1),
						InstantSource.system(), () -> this.nanos),
				this.tally, () -> this.nanos, positions);
	}

	@Test
	void appendedLines_areReadOnce() throws IOException {
		append(this.log, "a\nb\n");
		turn();
		append(this.log, "c\n");
		turn();
		assertThat(this.sink.messages()).containsExactly("a", "b", "c");
	}

	@Test
	void incompleteLine_waitsForItsEnd() throws IOException {
		append(this.log, "a\nhal");
		turn();
		assertThat(this.sink.messages()).containsExactly("a");
		append(this.log, "f\n");
		turn();
		assertThat(this.sink.messages()).containsExactly("a", "half");
	}

	@Test
	void newFile_isReadFromItsBeginning() throws IOException {
		turn();
		append(this.directory.resolve("sub/new.log"), "x\n");
		turn();
		assertThat(this.sink.messages()).containsExactly("x");
	}

	@Test
	void renamedAndCreated_bothAreReadToTheEnd() throws IOException {
		append(this.log, "old 1\n");
		turn();
		append(this.log, "old 2\n");
		Files.move(this.log, this.directory.resolve("app.log.1"));
		append(this.directory.resolve("app.log.1"), "old 3, by a writer that has not noticed\n");
		append(this.log, "new 1\n");
		turn();
		assertThat(this.sink.messages()).containsExactlyInAnyOrder("old 1", "old 2",
				"old 3, by a writer that has not noticed", "new 1");
		turn();
		append(this.directory.resolve("app.log.1"), "old 4\n");
		turn();
		assertThat(this.sink.messages()).contains("old 4");
		this.nanos += GRACE.toNanos();
		turn();
		assertThat(this.files.state().files()).isEqualTo(1);
	}

	@Test
	void renamedToANameThatMatches_isNotReadAgain() throws IOException {
		append(this.log, "a\n");
		turn();
		Files.move(this.log, this.directory.resolve("app-2026.log"));
		append(this.log, "b\n");
		turn();
		assertThat(this.sink.messages()).containsExactly("a", "b");
	}

	@Test
	void truncated_isReadFromItsBeginning() throws IOException {
		append(this.log, "long line before\n");
		turn();
		Files.writeString(this.log, "after\n");
		turn();
		turn();
		assertThat(this.sink.messages()).containsExactly("long line before", "after");
		assertThat(this.tally.truncations).isEqualTo(1);
	}

	@Test
	void truncatedAndGrownBeyond_isNoticedByItsBeginning() throws IOException {
		append(this.log, "short\n");
		turn();
		Files.writeString(this.log, "something else that is longer\n");
		turn();
		turn();
		assertThat(this.sink.messages()).containsExactly("short", "something else that is longer");
	}

	@Test
	void lastLineWithoutEnd_ofAFileThatIsGone_isNotLost() throws IOException {
		append(this.log, "a\nlast words");
		turn();
		Files.delete(this.log);
		turn();
		this.nanos += GRACE.toNanos();
		turn();
		assertThat(this.sink.messages()).containsExactly("a", "last words");
		assertThat(this.files.state().files()).isZero();
	}

	@Test
	void restart_goesOnWhereItWas() throws IOException {
		append(this.log, "a\nb\n");
		turn();
		restart();
		append(this.log, "c\n");
		turn();
		assertThat(this.sink.messages()).containsExactly("a", "b", "c");
	}

	@Test
	void rotatedWhileDown_theRestIsReadFromItsNewName() throws IOException {
		append(this.log, "a\n");
		turn();
		append(this.log, "b\n");
		Files.move(this.log, this.directory.resolve("app.log.1"));
		append(this.log, "c\n");
		restart();
		turn();
		assertThat(this.sink.messages()).containsExactlyInAnyOrder("a", "b", "c");
	}

	@Test
	void truncatedWhileDown_isReadFromItsBeginning() throws IOException {
		append(this.log, "before\n");
		turn();
		List<FilePosition> positions = this.files.positions();
		this.files.close();
		Files.writeString(this.log, "something else\n");
		this.files = files(positions, 100);
		turn();
		assertThat(this.sink.messages()).containsExactly("before", "something else");
	}

	@Test
	void outputFolder_andWhatIsExcluded_areNotFollowed() throws IOException {
		append(this.output.resolve("entries.ndjson"), "{}\n");
		append(this.directory.resolve("own-1.log"), "x\n");
		Files.createSymbolicLink(this.directory.resolve("link.log"), this.output.resolve("entries.ndjson"));
		append(this.log, "a\n");
		turn();
		assertThat(this.sink.messages()).containsExactly("a");
	}

	@Test
	void compressedFiles_andFoldersThatAreNotThere_arePassedOver() throws IOException {
		append(this.directory.resolve("a.log.gz"), "x\n");
		PathGlobs globs = PathGlobs.parse(this.directory + "/*," + this.directory + "/none/*.log");
		globs.find((path, attributes) -> assertThat(path).isNull());
		assertThat(this.files.scan(this.sink)).isFalse();
	}

	@Test
	void moreFilesThanTheBound_wait() throws IOException {
		this.files.close();
		this.files = files(List.of(), 1);
		append(this.directory.resolve("1.log"), "x\n");
		append(this.directory.resolve("2.log"), "x\n");
		turn();
		assertThat(this.sink.messages()).containsExactly("x");
	}

	@Test
	void fullSink_stopsReading_andTheNextFileIsFirstInTheNextTurn() throws IOException {
		append(this.directory.resolve("1.log"), "one\n");
		append(this.directory.resolve("2.log"), "two\n");
		this.files.scan(this.sink);
		this.files.read(this.sink, () -> this.tally.lines.size() == 1);
		assertThat(this.tally.lines).hasSize(1);
		append(this.directory.resolve("1.log"), "more\n");
		append(this.directory.resolve("2.log"), "more\n");
		String first = this.tally.lines.getFirst();
		this.files.read(this.sink, () -> this.tally.lines.size() >= 2);
		assertThat(this.tally.lines).element(1).isEqualTo(first.equals("one") ? "two" : "one");
	}

	private void restart() throws IOException {
		List<FilePosition> positions = this.files.positions();
		this.files.close();
		this.files = files(positions, 100);
	}

	private void turn() throws IOException {
		this.files.scan(this.sink);
		this.files.read(this.sink, () -> false);
		this.nanos++;
		this.files.read(this.sink, () -> false);
	}

	private static void append(Path file, String text) throws IOException {
		Files.createDirectories(file.getParent());
		Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
	}

	private static final class CountingTally implements ReadTally {

		private final List<String> lines = new ArrayList<>();

		private int truncations;

		@Override
		public void line(Line line) {
			this.lines.add(line.text());
		}

		@Override
		public void bytes(long count) {
		}

		@Override
		public void truncated() {
			this.truncations++;
		}

		@Override
		public void readFailed() {
			throw new AssertionError("reading failed");
		}

	}

}
