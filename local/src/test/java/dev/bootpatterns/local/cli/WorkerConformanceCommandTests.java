package dev.bootpatterns.local.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.state.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class WorkerConformanceCommandTests {

	private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

	private final StringWriter errors = new StringWriter();

	@TempDir
	private Path directory;

	@Test
	void rules_arePrintedOneByOne_withWhatWasSeen_andWhatToDo() {
		assertThat(run("sh", "-c", "[ -s \"$WORK_ITEM_FILE\" ] || { echo 'what is that?' >&2; exit 1; }")).isEqualTo(1);
		assertThat(printed().lines()).anyMatch((line) -> line.startsWith("✓ it ends for a text: ended with 0 after "))
			.anyMatch(
					(line) -> line.startsWith("✗ an empty item ends with 0 or 65: ended with 1 (what is that?) after "))
			.anyMatch((line) -> line.startsWith("  → for content that can never work end with 65"));
	}

	@Test
	void programThatKeepsAllRules_is0_andOptionsAfterItAreItsOwn() {
		assertThat(run("--json", "sh", "-c", "[ \"$1\" = --json ] || exit 75", "sh", "--json")).isZero();
		JsonNode answer = Json.tree(printed());
		assertThat(answer.path("passed").asBoolean()).isTrue();
		assertThat(answer.path("rules")).hasSizeGreaterThan(10)
			.allSatisfy((rule) -> assertThat(rule.path("rule").asString()).isNotEmpty());
	}

	@Test
	void sample_isWhatTheProgramIsTriedWith() throws Exception {
		Path sample = Files.writeString(this.directory.resolve("sample"), "the sample");
		assertThat(run("--json", "--sample", sample.toString(), "sh", "-c",
				"[ \"$(head -c 20 \"$WORK_ITEM_FILE\")\" = 'the sample' ] || exit 65"))
			.isZero();
		assertThat(run("--sample", this.directory.resolve("none").toString(), "true")).isEqualTo(1);
		assertThat(this.errors.toString()).contains("--sample: cannot read").contains("none");
	}

	@Test
	void programThatThereIsNot_isNamed() {
		assertThat(run("./no-such-program")).isEqualTo(1);
		assertThat(this.errors.toString()).contains("cannot run").contains("no-such-program");
	}

	@ParameterizedTest
	@ValueSource(strings = { "--deadline=0", "--grace=3601" })
	void timeOutOfBounds_isWrongUsage(String option) {
		assertThat(run(option, "true")).isEqualTo(2);
		assertThat(this.errors.toString())
			.contains(option.substring(0, option.indexOf('=')) + ": give 1 to 3600 seconds");
	}

	@Test
	void noProgram_isWrongUsage() {
		assertThat(run()).isEqualTo(2);
		assertThat(this.errors.toString()).contains("COMMAND");
	}

	private int run(String... arguments) {
		CommandLine commandLine = new CommandLine(new WorkerConformanceCommand(
				new Console(new PrintStream(this.printed, true, StandardCharsets.UTF_8), false)))
			.setErr(new PrintWriter(this.errors, true))
			.setExecutionExceptionHandler((ex, command, parsed) -> SuiteCommand.explain(ex, command.getErr()));
		return commandLine.execute(arguments);
	}

	private String printed() {
		return this.printed.toString(StandardCharsets.UTF_8);
	}

}
