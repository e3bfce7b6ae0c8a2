package dev.bootpatterns.logadapter.output;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.bootpatterns.logadapter.follow.FilePosition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class EntryStoreTests {

	@TempDir
	Path directory;

	private final AtomicInteger deleted = new AtomicInteger();

	private EntryStore open(long maxFileBytes) throws IOException {
		return new EntryStore(new EntryStore.Settings(this.directory, maxFileBytes, 3), JsonMapper.shared(),
				this.deleted::incrementAndGet);
	}

	@Test
	void nothingThere_nothingRecovered() throws IOException {
		try (EntryStore store = open(1000)) {
			assertThat(store.recovered()).isEmpty();
		}
	}

	@Test
	void checkpoint_isRecovered() throws IOException {
		FilePosition position = new FilePosition("/a.log", "1-1", 10, 3, 4);
		try (EntryStore store = open(1000)) {
			store.append(entry("1-1", 0, 10));
			store.checkpoint(List.of(position));
		}
		try (EntryStore store = open(1000)) {
			assertThat(store.recovered()).containsExactly(position);
		}
	}

	@Test
	void whatWasAppendedAfterTheCheckpoint_countsAsWritten() throws IOException {
		try (EntryStore store = open(1000)) {
			store.append(entry("1-1", 0, 10));
			store.checkpoint(List.of(new FilePosition("/a.log", "1-1", 10, 3, 4)));
			store.append(entry("1-1", 10, 7));
			store.append(entry("2-2", 0, 5));
		}
		try (EntryStore store = open(1000)) {
			assertThat(store.recovered()).containsExactly(new FilePosition("/a.log", "1-1", 17, 3, 4),
					new FilePosition("/x.log", "2-2", 5, 0, 0));
		}
	}

	@Test
	void appendedAcrossRotation_countsAsWritten() throws IOException {
		try (EntryStore store = open(150)) {
			store.checkpoint(List.of());
			for (int i = 0; i < 3; i++) {
				store.append(entry("1-1", 10L * i, 10));
			}
		}
		try (EntryStore store = open(150)) {
			assertThat(store.recovered()).extracting(FilePosition::offset).containsExactly(30L);
		}
	}

	@Test
	void lineThatWasHalfWritten_isCutOff() throws IOException {
		try (EntryStore store = open(1000)) {
			store.append(entry("1-1", 0, 10));
		}
		Path file = this.directory.resolve("entries.ndjson");
		long whole = Files.size(file);
		Files.writeString(file, "{\"source\":{\"id\":\"1-1\",\"off", StandardOpenOption.APPEND);
		try (EntryStore store = open(1000)) {
			assertThat(store.recovered()).extracting(FilePosition::offset).containsExactly(10L);
			assertThat(Files.size(file)).isEqualTo(whole);
			store.append(entry("1-1", 10, 1));
			assertThat(Files.readAllLines(file)).hasSize(2);
		}
	}

	@Test
	void checkpointThatCannotBeRead_isMadeUpForByTheOutput() throws IOException {
		try (EntryStore store = open(1000)) {
			store.append(entry("1-1", 0, 10));
			store.checkpoint(List.of(new FilePosition("/x.log", "1-1", 10, 0, 0)));
		}
		Files.writeString(this.directory.resolve("checkpoint.json"), "{");
		try (EntryStore store = open(1000)) {
			assertThat(store.recovered()).extracting(FilePosition::offset).containsExactly(10L);
		}
	}

	@Test
	void files_areBoundedInSizeAndNumber() throws IOException {
		try (EntryStore store = open(200)) {
			for (int i = 0; i < 20; i++) {
				store.append(entry("1-1", i, 1));
			}
		}
		try (var files = Files.list(this.directory)) {
			List<Path> entries = files.filter((file) -> file.getFileName().toString().startsWith("entries")).toList();
			assertThat(entries).hasSize(3).allSatisfy((file) -> assertThat(Files.size(file)).isLessThanOrEqualTo(200));
		}
		assertThat(this.deleted.get()).isPositive();
	}

	@Test
	void fullDisk_leavesNoHalfLine_onceThereIsSpaceAgain() throws IOException {
		LimitedDisk disk = new LimitedDisk(100);
		try (EntryStore store = disk.store(new EntryStore.Settings(this.directory, 10_000, 3))) {
			byte[] entry = entry("1-1", 0, 10);
			store.append(entry);
			assertThatIOException().isThrownBy(() -> store.append(entry)).withMessageContaining("No space");
			disk.free(1000);
			store.append(entry);
			String line = new String(entry, StandardCharsets.UTF_8).strip();
			assertThat(Files.readAllLines(this.directory.resolve("entries.ndjson"))).containsExactly(line, line);
		}
	}

	private static byte[] entry(String id, long offset, long length) {
		return "{\"source\":{\"file\":\"/x.log\",\"id\":\"%s\",\"offset\":%d,\"length\":%d}}\n"
			.formatted(id, offset, length)
			.getBytes(StandardCharsets.UTF_8);
	}

}
