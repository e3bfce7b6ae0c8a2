package dev.bootpatterns.local.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.SuiteState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

class OwnershipFaultsCommandTests {

	private final StringWriter err = new StringWriter();

	@ParameterizedTest
	@CsvSource({ "--faults 0, --faults: give 1 to 1000", "--faults 1001, --faults: give 1 to 1000",
			"--lease soon, --lease: 'soon' is no time", "--lease 999ms, --lease: give 1s to 60s",
			"--lease 61s, --lease: give 1s to 60s", "--retry PT2S, --retry: 'PT2S' is no time",
			"--lease 2s --retry 2s, --retry: give less than the lease", "--seed x, Invalid value for option '--seed'" })
	void optionsThatDoNotFit_areWrongUsage_namingThem(String line, String message) {
		assertThat(run(Optional.empty(), line.split(" "))).isEqualTo(2);
		assertThat(this.err.toString()).startsWith(message);
	}

	@Test
	void suiteThatDoesNotRun_isNamed() {
		assertThat(run(Optional.empty())).isEqualTo(1);
		assertThat(this.err.toString()).contains("faults need a suite that is ready");
	}

	@Test
	void suiteWithOneOwner_hasNobodyToTakeOver() {
		ProcessState owner = new ProcessState("owner-1", null, 8201, ProcessState.State.READY, "http://127.0.0.1:8201",
				0, null, "");
		assertThat(run(Optional
			.of(new SuiteState(SuiteState.Phase.RUNNING, null, null, null, new ProcessId(1, 2), List.of(owner), null))))
			.isEqualTo(1);
		assertThat(this.err.toString()).contains("there are not two owners");
	}

	private int run(Optional<SuiteState> state, String... arguments) {
		Console console = new Console(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
				false);
		return new CommandLine(new OwnershipFaultsCommand(() -> state, console)).setErr(new PrintWriter(this.err, true))
			.setExecutionExceptionHandler((ex, line, parsed) -> SuiteCommand.explain(ex, line.getErr()))
			.execute(arguments);
	}

}
