package dev.bootpatterns.local.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

import dev.bootpatterns.local.client.FakeGateway;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.state.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

class HttpConformanceCommandTests {

	private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

	private final StringWriter errors = new StringWriter();

	/** It rejects every item, which only a sample must not be. */
	@Test
	void rules_arePrinted_withWhatWasSeen_andWhatToDo() throws IOException {
		try (FakeGateway silent = new FakeGateway()) {
			assertThat(run("--sample", "pom.xml", silent.url())).isEqualTo(1);
			assertThat(printed()).contains("✗ it answers for the sample: answered 400", "  → answer 2xx for it");
			this.printed.reset();
			assertThat(run("--json", silent.url())).isZero();
			assertThat(Json.tree(printed()).path("passed").asBoolean()).isTrue();
			assertThat(Json.tree(printed()).path("rules")).hasSizeGreaterThan(10);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "here | give an http or https URL", "file:///etc | give an http or https URL",
			"--deadline=0 http://h | --deadline: give 1 to 3600" })
	void whatCannotBe_isWrongUsage(String arguments, String message) {
		assertThat(run(arguments.split(" "))).isEqualTo(2);
		assertThat(this.errors.toString()).contains(message);
	}

	@Test
	void sampleThatCannotBeRead_isNamed() {
		assertThat(run("--sample", "no-such-file", "http://127.0.0.1")).isEqualTo(1);
		assertThat(this.errors.toString()).contains("--sample: cannot read no-such-file");
	}

	private int run(String... arguments) {
		CommandLine commandLine = new CommandLine(new HttpConformanceCommand(
				new Console(new PrintStream(this.printed, true, StandardCharsets.UTF_8), false)))
			.setErr(new PrintWriter(this.errors, true))
			.setExecutionExceptionHandler((ex, command, parsed) -> SuiteCommand.explain(ex, command.getErr()));
		return commandLine.execute(arguments);
	}

	private String printed() {
		return this.printed.toString(StandardCharsets.UTF_8);
	}

}
