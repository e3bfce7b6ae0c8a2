package dev.bootpatterns.local.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Workers that break a rule, as processes, and one that keeps all. */
class WorkerRulesTests {

	private static final Path EXAMPLE = Path.of("../docs/patterns/find-todos.sh");

	@TempDir
	private Path directory;

	private boolean passed;

	@Test
	void exampleOfTheDocumentation_keepsAllRules() {
		List<Verdict> verdicts = check(List.of(EXAMPLE.toString()), "no\nTODO: this\n");
		assertThat(verdicts).allSatisfy((verdict) -> assertThat(verdict.passed()).as(verdict.toString()).isTrue());
		assertThat(verdicts).hasSize(15);
		assertThat(this.passed).isTrue();
	}

	@Test
	void exampleOfTheDocumentation_findsWhatIsLeftToDo() {
		try (WorkerProgram program = program(List.of(EXAMPLE.toString()))) {
			Trial trial = program
				.run(new Sample("", "a", "a\n// TODO: b\nTODOS\nFIXME".getBytes(StandardCharsets.UTF_8)), 1, false);
			assertThat(trial.output()).asString(StandardCharsets.UTF_8).isEqualTo("2:// TODO: b\n4:FIXME\n");
			assertThat(program.run(new Sample("", "a", new byte[3]), 1, false).result())
				.startsWith("ended with 65 (not a text: it has NUL bytes)");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '→', value = { "[ -s \"$WORK_ITEM_FILE\" ] || exit 75 → an empty item ends with 0 or 65",
			"[ $(wc -c <\"$WORK_ITEM_FILE\") -lt 2000000 ] || exit 75 → an item of 2 MB ends with 0 or 65",
			"tr -d '\\000' <\"$WORK_ITEM_FILE\" | cmp -s - \"$WORK_ITEM_FILE\" || exit 75 → an item of every byte there is ends with 0 or 65",
			"echo $$ >\"$WORK_OUTPUT_FILE\" → the same item again ends in the same way, with the same output",
			"[ $WORK_ATTEMPT = 1 ] || exit 75 → the same item again ends in the same way, with the same output",
			"mkdir DIRECTORY/lock || exit 75; sleep 0.3; rmdir DIRECTORY/lock → two at a time do not disturb each other",
			"[ -f item ] || exit 75 → another working directory and an environment of nothing but WORK_… change nothing",
			"[ -n \"${LANG+x}${TZ+x}\" ] || exit 75 → another working directory and an environment of nothing but WORK_… change nothing",
			"set -- $WORK_ITEM_ID; [ $# = 1 ] || exit 75 → an item may be called anything",
			"sh -c \"echo $WORK_ITEM_ID\" >/dev/null 2>&1; true → nothing is written but the output",
			"head -c 1048577 /dev/zero >\"$WORK_OUTPUT_FILE\" → the output is at most 1 MB",
			"echo >>\"$WORK_ITEM_FILE\" → the item's file is left as it is",
			"rm \"$WORK_ITEM_FILE\" → the item's file is left as it is",
			"mkdir -p a; echo >a/b → nothing is written but the output",
			"trap '' TERM; cat \"$WORK_ITEM_FILE\" >/dev/null → it ends when it is asked to (SIGTERM)" })
	void workerThatBreaksARule_isFound_byThatRule(String script, String rules) {
		assertThat(broken(script.replace("DIRECTORY", this.directory.toString()), null)).containsExactly(rules);
		assertThat(this.passed).isFalse();
	}

	/** What runs on need not keep anything open. */
	@ParameterizedTest
	@CsvSource({ "sleep 1000 &", "setsid sleep 1000 >/dev/null 2>&1 &" })
	@EnabledOnOs(OS.LINUX)
	void workerThatLeavesAProcessBehind_isFound_andTheProcessIsEnded(String script) {
		String marked = "DIRECTORY=%s; export DIRECTORY; %s".formatted(this.directory, script);
		assertThat(broken(marked, null)).containsExactly("nothing runs on afterwards");
		assertThat(ProcessHandle.allProcesses()
			.filter((process) -> process.info().commandLine().orElse("").contains("sleep 1000"))
			.map(ProcessHandle::pid)
			.filter(this::isOfThisTest)).isEmpty();
	}

	private boolean isOfThisTest(long process) {
		try {
			return Files.readString(Path.of("/proc", Long.toString(process), "environ"))
				.contains("DIRECTORY=" + this.directory);
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Test
	void exitCodeThatMeansNothing_isFound_inEveryRun() {
		assertThat(broken("echo why >&2; exit 3", null)).contains("it ends with 0, 65 or 75",
				"an empty item ends with 0 or 65");
	}

	@Test
	void workerThatDoesNotEnd_isFound_andNothingElseIsTried() {
		List<Verdict> verdicts = check(List.of("sh", "-c", "sleep 1000"), null);
		assertThat(verdicts).singleElement().satisfies((verdict) -> {
			assertThat(verdict.rule()).isEqualTo("it ends for a text");
			assertThat(verdict.passed()).isFalse();
			assertThat(verdict.seen()).startsWith("did not end within");
			assertThat(verdict.todo()).contains("--deadline");
		});
	}

	@Test
	void workerThatDoesNotEnd_forOneItem_isFoundByThat() {
		assertThat(broken("[ -s \"$WORK_ITEM_FILE\" ] || sleep 1000", null))
			.containsExactly("an empty item ends with 0 or 65", "it ends in time");
	}

	@Test
	void sampleThatIsRefused_isFound_andATextMayBe() {
		assertThat(broken("exit 65", "sample")).containsExactly("it ends for the sample");
		assertThat(broken("exit 65", null)).isEmpty();
	}

	private List<String> broken(String script, @Nullable String sample) {
		return check(List.of("sh", "-c", script), sample).stream()
			.filter((verdict) -> !verdict.passed())
			.map(Verdict::rule)
			.toList();
	}

	private List<Verdict> check(List<String> command, @Nullable String sample) {
		List<Verdict> verdicts = new ArrayList<>();
		try (WorkerProgram program = program(command)) {
			WorkerRules rules = (sample != null)
					? new WorkerRules(program, sample.getBytes(StandardCharsets.UTF_8), verdicts::add)
					: new WorkerRules(program, null, verdicts::add);
			this.passed = rules.check();
		}
		return verdicts;
	}

	private static WorkerProgram program(List<String> command) {
		return new WorkerProgram(command, Duration.ofSeconds(2), Duration.ofSeconds(1));
	}

}
