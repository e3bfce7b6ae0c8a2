package dev.bootpatterns.owner.sources;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class SourceFolderTests {

	@TempDir
	private Path root;

	private Path folder;

	private SourceFolder sources;

	@BeforeEach
	void folder() throws IOException {
		this.folder = Files.createDirectories(this.root.resolve("sources"));
		this.sources = folder(this.folder);
	}

	private static SourceFolder folder(Path path) {
		return new SourceFolder(new SourcesProperties(null, List.of(), path, Map.of(), DataSize.ofMegabytes(2)));
	}

	@Test
	void whatIsPutThere_isASource_withItsBinaryFiles() throws IOException {
		assertThat(this.sources.find("photos")).isEmpty();
		Files.createDirectories(this.folder.resolve("photos"));
		Files.write(this.folder.resolve("photos/a.png"), new byte[] { 1, 0, 2 });
		Source source = this.sources.find("photos").orElseThrow();
		List<SourceItem> items = new ArrayList<>();
		assertThat(source.list(items::add).skipped()).isEmpty();
		assertThat(items).containsExactly(new SourceItem("a.png", 3));
		try (Source.Reader reader = source.open()) {
			assertThat(reader.read("a.png")).containsExactly(1, 0, 2);
		}
		assertThat(this.sources.names()).containsExactly("photos");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "..", "../secret", "/etc", "a/b", ".hidden", "link", "gone", "a\0b" })
	void whatIsNotPlainlyInIt_isNoSource(String name) throws IOException {
		Files.createDirectories(this.root.resolve("secret"));
		Files.createDirectories(this.folder.resolve("a/b"));
		Files.createDirectories(this.folder.resolve(".hidden"));
		Files.createSymbolicLink(this.folder.resolve("link"), this.root.resolve("secret"));
		assertThat(this.sources.find(name)).isEmpty();
		assertThat(this.sources.names()).containsExactly("a");
	}

	@Test
	void withoutAFolder_orWithOneThatIsGone_thereIsNone() {
		assertThat(folder(this.root.resolve("gone")).names()).isEmpty();
		SourceFolder none = new SourceFolder(
				new SourcesProperties(null, List.of(), null, Map.of(), DataSize.ofMegabytes(2)));
		assertThat(none.names()).isEmpty();
		assertThat(none.find("sources")).isEmpty();
	}

}
