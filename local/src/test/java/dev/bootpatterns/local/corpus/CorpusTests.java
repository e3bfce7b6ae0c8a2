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
			.withMessageContaining("openjdk-%d-source".formatted(Runtime.version().feature()))
			.withMessageContaining("--corpus PATH");
	}

	@Test
	void jdk_whoseSourcesAreALinkToAPackageThatIsNotInstalled_saysSo() throws IOException {
		Files.createDirectories(this.folder.resolve("lib"));
		Files.createSymbolicLink(this.folder.resolve("lib/src.zip"), Path.of("../../nowhere/src.zip"));
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> Corpus.ofJdk(new Jdk(this.folder)))
			.withMessageContaining("src.zip is a link that leads nowhere")
			.withMessageContaining("-source");
	}

	@Test
	void folder_withHiddenFiles_isWhatTheOwnerSeesOfIt() throws IOException {
		Path tree = Files.createDirectories(this.folder.resolve(".checkout"));
		Files.createDirectories(tree.resolve(".git/objects"));
		Files.writeString(tree.resolve(".git/HEAD"), "ref");
		Files.writeString(tree.resolve(".editorconfig"), "root = true");
		refused(tree, "is a folder without files");
		Files.writeString(tree.resolve("a.txt"), "one");
		Corpus corpus = Corpus.of(tree);
		assertThat(corpus.bytes()).isEqualTo(3);
		Files.writeString(tree.resolve(".git/HEAD"), "another");
		assertThat(Corpus.of(tree).fingerprint()).isEqualTo(corpus.fingerprint());
	}

	@Test
	void bareRepository_withANewCommit_hasAnotherFingerprint() throws IOException {
		Path repository = this.folder.resolve("a.git");
		Files.createDirectories(repository.resolve("objects"));
		Files.createDirectories(repository.resolve("refs/heads"));
		Files.writeString(repository.resolve("HEAD"), "ref: refs/heads/main");
		String before = Corpus.of(repository).fingerprint();
		Files.writeString(repository.resolve("refs/heads/main"), "0123456789");
		assertThat(Corpus.of(repository).fingerprint()).isNotEqualTo(before);
	}

	@Test
	void link_toAFolder_isTaken() throws IOException {
		Files.writeString(Files.createDirectories(this.folder.resolve("real")).resolve("a.txt"), "one");
		Path link = Files.createSymbolicLink(this.folder.resolve("link"), this.folder.resolve("real"));
		assertThat(Corpus.of(link).bytes()).isEqualTo(3);
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
