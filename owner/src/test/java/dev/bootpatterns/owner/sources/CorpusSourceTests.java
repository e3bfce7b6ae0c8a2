package dev.bootpatterns.owner.sources;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CorpusSourceTests {

	private static final int MAX = 100;

	@TempDir
	private Path directory;

	@Test
	void folder_isListedSorted_withoutHiddenEntries() throws IOException {
		write("b/two.txt", "2");
		write("b/one.txt", "1");
		write("a.txt", "a");
		write(".git/config", "x");
		write("b/.hidden", "x");
		assertThat(list(source())).containsExactly("a.txt", "b/one.txt", "b/two.txt");
	}

	@Test
	void emptyLargeAndBinaryFiles_areSkippedAndCounted() throws IOException {
		write("ok.txt", "x".repeat(MAX));
		write("large.txt", "x".repeat(MAX + 1));
		write("empty.txt", "");
		write("binary.dat", "ab\0c");
		List<String> ids = new ArrayList<>();
		Listing listing = source().list((item) -> ids.add(item.id()));
		assertThat(ids).containsExactly("ok.txt");
		assertThat(listing.skipped()).isEqualTo(Map.of("too-large", 1L, "empty", 1L, "binary", 1L));
	}

	@Test
	void idsThatCannotTravel_areSkipped() throws IOException {
		write("d".repeat(200) + "/" + "e".repeat(200) + "/" + "f".repeat(200), "x");
		write("line\nbreak", "x");
		write("back\\slash", "x");
		Listing listing = source().list((item) -> {
			throw new AssertionError(item);
		});
		assertThat(listing.skipped()).isEqualTo(Map.of("name", 3L));
	}

	@Test
	void links_areNeitherListedNorRead() throws IOException {
		Path outside = Files.writeString(this.directory.resolveSibling("outside-" + this.directory.getFileName()), "s");
		Files.createSymbolicLink(this.directory.resolve("link"), outside);
		Files.createSymbolicLink(this.directory.resolve("folder"), outside.getParent());
		assertThat(list(source())).isEmpty();
		assertNoSuchItem(source(), "link");
		assertNoSuchItem(source(), "folder/" + outside.getFileName());
		Files.delete(outside);
	}

	@ParameterizedTest
	@ValueSource(strings = { "../secret", "a/../../secret", "/etc/passwd", "a//b", "./a.txt", "..", "", "a/", "a\\b",
			"a.txt/", ".git/config", "a.txt/../a.txt", "library.jar", "library.jar/../a.txt", "library.jar/" })
	void idsThatTheListWouldNotName_readNothing(String id) throws IOException {
		write("corpus/a.txt", "a");
		write("corpus/.git/config", "x");
		write("secret", "s");
		zip("corpus/library.jar", Map.of("p/X.java", "class X {}"));
		assertNoSuchItem(source(this.directory.resolve("corpus"), List.of()), id);
	}

	@Test
	void zip_isListedAndRead_withinItsPrefixes() throws IOException {
		Path zip = zip("src.zip", Map.of("java.base/A.java", "class A {}", "java.sql/B.java", "class B {}"));
		CorpusSource source = source(zip, List.of("java.base/"));
		assertThat(list(source)).containsExactly("java.base/A.java");
		assertThat(read(source, "java.base/A.java")).isEqualTo("class A {}");
		assertNoSuchItem(source, "java.sql/B.java");
	}

	@Test
	void jarsInAFolder_areFolders() throws IOException {
		for (int i = 0; i < 12; i++) {
			zip("lib/l" + i + ".jar", Map.of("p/X.java", "class X" + i + " {}"));
		}
		write("readme.txt", "r");
		assertThat(list(source())).hasSize(13).contains("lib/l0.jar/p/X.java", "readme.txt");
		try (Source.Reader reader = source().open()) {
			for (int round = 0; round < 2; round++) {
				for (int i = 0; i < 12; i++) {
					assertThat(reader.read("lib/l" + i + ".jar/p/X.java")).asString().isEqualTo("class X" + i + " {}");
				}
			}
		}
	}

	@Test
	void brokenJarInAFolder_isSkippedAndCounted() throws IOException {
		write("broken.jar", "no zip");
		assertThat(source().list((item) -> {
		}).skipped()).isEqualTo(Map.of("unreadable", 1L));
	}

	@Test
	void bareRepository_isReadAtHead() throws IOException, GitAPIException {
		Path work = Files.createDirectory(this.directory.resolve("work"));
		Path bare = this.directory.resolve("bare.git");
		try (Git git = Git.init().setDirectory(work.toFile()).call()) {
			Files.createDirectories(work.resolve("dir"));
			Files.writeString(work.resolve("dir/a.txt"), "committed");
			Files.writeString(work.resolve(".hidden"), "x");
			git.add().addFilepattern(".").call();
			git.commit().setMessage("one").setAuthor("a", "a@example.org").setSign(false).call();
			Files.writeString(work.resolve("dir/a.txt"), "not committed");
			Git.cloneRepository()
				.setBare(true)
				.setURI(work.toUri().toString())
				.setDirectory(bare.toFile())
				.call()
				.close();
		}
		CorpusSource source = source(bare, List.of());
		assertThat(list(source)).containsExactly("dir/a.txt");
		assertThat(read(source, "dir/a.txt")).isEqualTo("committed");
		assertNoSuchItem(source, "dir");
		assertThat(list(source(work, List.of()))).as("a working tree is a folder").containsExactly("dir/a.txt");
		assertThat(read(source(work, List.of()), "dir/a.txt")).isEqualTo("not committed");
	}

	@Test
	void missingCorpus_isNamed() {
		Path missing = this.directory.resolve("nowhere");
		assertThatExceptionOfType(SourceException.class).isThrownBy(() -> list(source(missing, List.of())))
			.withMessageContaining(missing.toString())
			.withMessageContaining("does not exist");
	}

	@Test
	void corpusOfNoKnownKind_isNamed() throws IOException {
		Path file = Files.writeString(this.directory.resolve("plain.txt"), "text");
		assertThatExceptionOfType(SourceException.class).isThrownBy(() -> list(source(file, List.of())))
			.withMessageContaining(file.toString());
	}

	@Test
	void itemThatGrewMeanwhile_isNotReadBeyondTheBound() throws IOException {
		write("a.txt", "x".repeat(MAX + 1));
		try (Source.Reader reader = source().open()) {
			assertThatExceptionOfType(SourceException.class).isThrownBy(() -> reader.read("a.txt"))
				.withMessageContaining("larger");
		}
	}

	private CorpusSource source() {
		return source(this.directory, List.of());
	}

	private static CorpusSource source(Path path, List<String> prefixes) {
		return new CorpusSource("corpus", path, new ItemRules(prefixes, MAX, false));
	}

	private static List<String> list(Source source) throws IOException {
		List<String> ids = new ArrayList<>();
		source.list((item) -> ids.add(item.id()));
		return ids;
	}

	private static String read(Source source, String id) throws IOException {
		try (Source.Reader reader = source.open()) {
			return new String(reader.read(id), StandardCharsets.UTF_8);
		}
	}

	private static void assertNoSuchItem(Source source, String id) throws IOException {
		try (Source.Reader reader = source.open()) {
			assertThatExceptionOfType(NoSuchItemException.class).isThrownBy(() -> reader.read(id));
		}
	}

	private void write(String path, String content) throws IOException {
		Path file = this.directory.resolve(path);
		Files.createDirectories(file.getParent());
		Files.writeString(file, content);
	}

	private Path zip(String path, Map<String, String> entries) throws IOException {
		Path file = this.directory.resolve(path);
		Files.createDirectories(file.getParent());
		try (OutputStream out = Files.newOutputStream(file); ZipOutputStream zip = new ZipOutputStream(out)) {
			for (Map.Entry<String, String> entry : new TreeMap<>(entries).entrySet()) {
				zip.putNextEntry(new ZipEntry(entry.getKey()));
				zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
			}
		}
		return file;
	}

}
