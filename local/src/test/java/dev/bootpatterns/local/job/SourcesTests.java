package dev.bootpatterns.local.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import dev.bootpatterns.local.SuiteFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SourcesTests {

	@TempDir
	private Path folder;

	@ParameterizedTest
	@CsvSource({ "src.zip, src-2d711642b726.zip", "my photos (1).tar.gz, my_photos__1_.tar-2d711642b726.gz",
			"ä, source-2d711642b726", ".zip, zip-2d711642b726" })
	void file_isCopied_underANameThatSaysWhatIsInIt(String file, String name) throws IOException {
		Files.writeString(this.folder.resolve(file), "x");
		Sources sources = new Sources(this.folder.resolve("sources"));
		assertThat(sources.nameOf(this.folder.resolve(file).toString())).isEqualTo(name);
		assertThat(sources.nameOf(this.folder.resolve(file).toString())).isEqualTo(name);
		assertThat(sources.fileOf(name)).hasContent("x");
		assertThat(copies()).containsExactly(name);
	}

	@Test
	void corpus_isThatOfTheSuite_whateverIsInTheFolder() throws IOException {
		Sources sources = new Sources(this.folder);
		assertThat(sources.nameOf("corpus")).isEqualTo("corpus");
		assertThat(Sources.isFile("corpus", Files.createDirectories(this.folder.resolve("corpus")))).isFalse();
	}

	@Test
	void fileThatChanged_isAnotherSource() throws IOException {
		Sources sources = new Sources(this.folder.resolve("sources"));
		Path file = Files.writeString(this.folder.resolve("src.zip"), "x");
		sources.nameOf(file.toString());
		Files.writeString(file, "y");
		sources.nameOf(file.toString());
		assertThat(copies()).hasSize(2);
	}

	@Test
	void whatIsNoFile_isTheNameOfASource_orAMistake() {
		Sources sources = new Sources(this.folder);
		assertThat(sources.nameOf("corpus")).isEqualTo("corpus");
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> sources.nameOf(this.folder + "/gone.zip"))
			.withMessageContaining("there is no file " + this.folder + "/gone.zip");
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> sources.nameOf(this.folder.toString()))
			.withMessageContaining("is a folder; make a zip of it");
	}

	private List<String> copies() throws IOException {
		try (Stream<Path> copies = Files.list(this.folder.resolve("sources"))) {
			return copies.map((copy) -> copy.getFileName().toString()).toList();
		}
	}

}
