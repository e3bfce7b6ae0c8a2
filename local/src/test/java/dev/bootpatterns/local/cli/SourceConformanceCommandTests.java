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

class SourceConformanceCommandTests {

	private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

	private final StringWriter errors = new StringWriter();

	@Test
	void rules_arePrinted_withWhatWasSeen_andWhatToDo() throws IOException {
		try (FakeGateway silent = new FakeGateway()) {
			assertThat(run(silent.url())).isEqualTo(1);
			assertThat(this.printed.toString(StandardCharsets.UTF_8)).contains("✗ it answers a list: answers 404",
					"  → answer GET /api/v1/items with 200");
			this.printed.reset();
			assertThat(run("--json", silent.url())).isEqualTo(1);
			assertThat(Json.tree(this.printed.toString(StandardCharsets.UTF_8)).path("passed").asBoolean(true))
				.isFalse();
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "here | give an http or https URL", "file:///etc | give an http or https URL",
			"--items=0 http://h | --items: give 1 to 100000", "--deadline=0 http://h | --deadline: give 1 to 3600" })
	void whatCannotBe_isWrongUsage(String arguments, String message) {
		assertThat(run(arguments.split(" "))).isEqualTo(2);
		assertThat(this.errors.toString()).contains(message);
	}

	private int run(String... arguments) {
		CommandLine commandLine = new CommandLine(new SourceConformanceCommand(
				new Console(new PrintStream(this.printed, true, StandardCharsets.UTF_8), false)));
		commandLine.setErr(new PrintWriter(this.errors));
		return commandLine.execute(arguments);
	}

}
