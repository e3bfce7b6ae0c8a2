package dev.bootpatterns.local.tour;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;

import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.ProcessState.State;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class TourTests {

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	@Test
	void tour_withAFailedStep_failsAndStillDoesTheOthers() {
		assertThat(run(true, Outcome.of(false, "0 of 3"), Outcome.of(true, "3 of 3"))).isFalse();
		JsonNode results = Json.tree(this.out.toString(StandardCharsets.UTF_8));
		assertThat(results.values()).extracting((result) -> result.path("verdict").asString())
			.containsExactly("FAILED", "PASSED");
		assertThat(results.get(0).path("measured").asString()).isEqualTo("0 of 3");
	}

	@Test
	void tour_withASkippedStep_passes() {
		assertThat(run(false, Outcome.skipped("no corpus"))).isTrue();
		assertThat(this.out.toString(StandardCharsets.UTF_8)).contains("measured: no corpus").contains("–");
	}

	@Test
	void step_withoutAnAnswer_fails() {
		assertThat(run(false, new Step(null))).isFalse();
		assertThat(this.out.toString(StandardCharsets.UTF_8)).contains("measured: nobody is there").contains("✗");
	}

	private boolean run(boolean json, Outcome... outcomes) {
		return run(json, java.util.Arrays.stream(outcomes).map(Step::new).toArray(TourStep[]::new));
	}

	private boolean run(boolean json, TourStep... steps) {
		ProcessState gateway = new ProcessState("gateway", null, 1, State.READY, "http://127.0.0.1:1", 0, null, "");
		RunningSuite suite = new RunningSuite(() -> List.of(gateway), "token", InstantSource.system());
		return new Tour(List.of(steps), suite,
				new Console(new PrintStream(this.out, true, StandardCharsets.UTF_8), false))
			.run(json);
	}

	private record Step(@org.jspecify.annotations.Nullable Outcome outcome) implements TourStep {

		@Override
		public String pattern() {
			return "Pattern";
		}

		@Override
		public String sentence() {
			return "A sentence.";
		}

		@Override
		public String action() {
			return "something";
		}

		@Override
		public String expected() {
			return "something else";
		}

		@Override
		public Outcome run(RunningSuite suite) throws IOException {
			if (this.outcome == null) {
				throw new IOException("nobody is there");
			}
			return this.outcome;
		}

	}

}
