package dev.bootpatterns.local.corpus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.build.Jdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CorpusTests {

	@TempDir
	Path folder;

	@Test
	void path_thatDoesNotExist_isRefused() {
		refused(this.folder.resolve("nowhere"), "does not exist");
	}

	@Test
	void folder_withoutFiles_isRefused() throws IOException {
		Files.createDirectories(this.folder.resolve("empty/more"));
		refused(this.folder.resolve("empty"), "is a folder without files");
	}

	@Test
	void file_thatIsNoZip_isRefused() throws IOException {
		refused(Files.writeString(this.folder.resolve("text"), "no zip"), "is neither a folder nor a zip");
	}

	@Test
	void zip_withoutFiles_isRefused() throws IOException {
		refused(zip("empty.zip", "folder/"), "is an archive without files");
	}

	@Test
	void jdk_withoutSources_saysWhatToDo() {
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> Corpus.ofJdk(new Jdk(this.folder)))
			.withMessageContaining("src.zip")
			.withMessageContaining("--corpus PATH");
	}

	@Test
	void folder_withAChangedFile_hasAnotherFingerprint() throws IOException {
		Path file = Files.writeString(this.folder.resolve("a.txt"), "one");
		String before = Corpus.of(this.folder).fingerprint();
		assertThat(Corpus.of(this.folder).fingerprint()).isEqualTo(before);
		Files.writeString(file, "three");
		assertThat(Corpus.of(this.folder).fingerprint()).isNotEqualTo(before);
	}

	@Test
	void zip_isTaken() throws IOException {
		Path zip = zip("one.zip", "a.txt");
		assertThat(Corpus.of(zip).bytes()).isEqualTo(Files.size(zip));
	}

	private Path zip(String name, String entry) throws IOException {
		Path file = this.folder.resolve(name);
		try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
			zip.putNextEntry(new ZipEntry(entry));
			zip.closeEntry();
		}
		return file;
	}

	private static void refused(Path path, String why) {
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> Corpus.of(path))
			.withMessageContaining(path.toString())
			.withMessageContaining(why);
	}

}
