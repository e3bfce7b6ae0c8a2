package dev.bootpatterns.local.job;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import dev.bootpatterns.local.client.FakeGateway;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.state.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class VerificationTests {

	/** In UTF-16 it comes before U+FF21, in UTF-8 after it. */
	private static final String BEYOND = "\uD83D\uDE00";

	/** The digests are of sha256sum, over lines that LC_ALL=C sort sorted. */
	private static final String CERTIFICATE = """
			{"source": "corpus", "skipped": {"binary": 1, "empty": 1},
			 "proof": {"total": 3, "done": 2, "dead": 1,
			  "items": "7035c7aba0c0de8e4a8e4dbc85a68f3048d0a1cc55be9069457755aa6f89fdaa",
			  "outcomes": "09d2dcb9aa3101ed50438a3cc36fe260a9945244721ebe3db79f2deff4d5eb11"}}""";

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private final Console console = new Console(new PrintStream(this.out, true, StandardCharsets.UTF_8), false);

	@TempDir
	private Path folder;

	private FakeGateway gateway;

	private Path source;

	@BeforeEach
	void job() throws IOException {
		this.gateway = new FakeGateway();
		items("""
				{"id": "a/1", "state": "DONE"}, {"id": "\uD83D\uDE00", "state": "DEAD"}""", """
				{"id": "\uFF21", "state": "DONE"}""");
		this.source = this.folder.resolve("source.zip");
		zip("a/1", "x", BEYOND, "x", "\uFF21", "x", "a/binary", "x\0", "a/empty", "", ".hidden", "x", "a/.hidden", "x");
	}

	@AfterEach
	void close() {
		this.gateway.close();
	}

	/** Two pages. */
	private void items(String first, String second) {
		this.gateway
			.with("/jobs/7/items?state=&limit=1000&after=", "{\"items\": [%s], \"next\": \"a 2\"}".formatted(first))
			.with("/jobs/7/items?state=&limit=1000&after=a%202", "{\"items\": [%s]}".formatted(second));
	}

	private void zip(String... namesAndContents) throws IOException {
		try (OutputStream file = Files.newOutputStream(this.source); ZipOutputStream zip = new ZipOutputStream(file)) {
			for (int i = 0; i < namesAndContents.length; i += 2) {
				zip.putNextEntry(new ZipEntry(namesAndContents[i]));
				zip.write(namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8));
			}
		}
	}

	@Test
	void whatAgrees_isVerified() throws IOException {
		assertThat(verify(CERTIFICATE)).as(this.out::toString).isTrue();
		assertThat(this.out.toString(StandardCharsets.UTF_8)).contains("3 items has one outcome: 2 DONE, 1 DEAD")
			.contains("binary")
			.doesNotContain("✗");
	}

	@ParameterizedTest
	@CsvSource({ "\"total\": 3, \"total\": 4", "\"done\": 2, \"done\": 3", "\"dead\": 1, \"dead\": 0",
			"7035c7aba0c0de8e4a8e4dbc85a68f3048d0a1cc55be9069457755aa6f89fdaa, 00",
			"09d2dcb9aa3101ed50438a3cc36fe260a9945244721ebe3db79f2deff4d5eb11, 00", "\"binary\": 1, \"binary\": 2" })
	void certificateThatSaysAnythingElse_isNot(String right, String wrong) throws IOException {
		assertThat(verify(CERTIFICATE.replace(right, wrong))).isFalse();
		assertThat(this.out.toString(StandardCharsets.UTF_8)).containsOnlyOnce("✗");
	}

	@Test
	void itemThatIsNotOver_isFound() throws IOException {
		items("{\"id\": \"a/1\", \"state\": \"RETRY\"}, {\"id\": \"\uD83D\uDE00\", \"state\": \"DEAD\"}",
				"{\"id\": \"\uFF21\", \"state\": \"DONE\"}");
		assertThat(verify(CERTIFICATE)).isFalse();
		assertThat(this.out.toString(StandardCharsets.UTF_8)).contains("✗ each of 3 items");
	}

	@Test
	void itemThatComesTwice_isFound() throws IOException {
		items("{\"id\": \"a/1\", \"state\": \"DONE\"}, {\"id\": \"\uD83D\uDE00\", \"state\": \"DEAD\"}",
				"{\"id\": \"\uFF21\", \"state\": \"DONE\"}, {\"id\": \"\uFF21\", \"state\": \"DONE\"}");
		assertThat(verify(CERTIFICATE)).isFalse();
		assertThat(this.out.toString(StandardCharsets.UTF_8)).contains("✗ each of 4 items");
	}

	@Test
	void itemThatTheSourceDoesNotHave_isNamed() throws IOException {
		zip("a/1", "x", BEYOND, "x", "a/binary", "x\0", "a/empty", "");
		assertThat(verify(CERTIFICATE)).isFalse();
		assertThat(this.out.toString(StandardCharsets.UTF_8)).contains("lists all of them: not [\uFF21]");
	}

	@Test
	void itemThatTheJobDoesNotHave_isNamed() throws IOException {
		zip("a/1", "x", BEYOND, "x", "\uFF21", "x", "a/binary", "x\0", "a/empty", "", "b", "x");
		assertThat(verify(CERTIFICATE)).isFalse();
		assertThat(this.out.toString(StandardCharsets.UTF_8)).contains("no other item: but [b]");
	}

	@Test
	void listOfAnotherProgram_mayName_whatWasSkipped_andNothingElse() throws IOException {
		assertThat(againstLines("a/1\na/binary\n\uFF21\na/empty\n" + BEYOND + "\n")).as(this.out::toString).isTrue();
		assertThat(againstLines("a/1\na/binary\n\uFF21\na/empty\nb\n" + BEYOND + "\n")).isFalse();
		assertThat(againstLines("a/1\na/binary\na/empty\n" + BEYOND + "\n")).isFalse();
	}

	private boolean againstLines(String lines) throws IOException {
		return new Verification(new Jobs(this.gateway.client(), this.console), this.console).againstLines("7",
				Json.tree(CERTIFICATE), new StringReader(lines));
	}

	private boolean verify(String certificate) throws IOException {
		return new Verification(new Jobs(this.gateway.client(), this.console), this.console).againstFile("7",
				Json.tree(certificate), this.source, "", false);
	}

}
