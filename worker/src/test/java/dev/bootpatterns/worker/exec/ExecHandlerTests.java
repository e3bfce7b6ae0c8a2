package dev.bootpatterns.worker.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.OutputProperties;
import dev.bootpatterns.worker.TestItems;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Real processes. */
class ExecHandlerTests {

	private static final Duration LONG = Duration.ofMinutes(2);

	@TempDir
	private Path directory;

	/** Where the handler works. */
	private Path work;

	@BeforeEach
	void create() throws IOException {
		this.work = Files.createDirectory(this.directory.resolve("work"));
	}

	/** Whatever a test began: all of them write down who they are. */
	@AfterEach
	void end() throws IOException {
		for (long process : pids()) {
			ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
		}
	}

	@Test
	void program_getsTheItemAsAFile_andItsOutputIsTheItems() throws Exception {
		byte[] output = TestItems
			.output(run("tr a-z A-Z <\"$WORK_ITEM_FILE\" >\"$WORK_OUTPUT_FILE\"; echo not the output"));
		assertThat(output).asString().isEqualTo("CONTENT");
	}

	@Test
	void binaryContent_andBinaryOutput_areLeftAsTheyAre() throws Exception {
		byte[] all = new byte[512];
		for (int i = 0; i < all.length; i++) {
			all[i] = (byte) i;
		}
		assertThat(TestItems.output(
				handler("cat \"$WORK_ITEM_FILE\" >\"$WORK_OUTPUT_FILE\"").handle(TestItems.item("a", all, Map.of()))))
			.isEqualTo(all);
	}

	@ParameterizedTest
	@ValueSource(strings = { "true", ": >\"$WORK_OUTPUT_FILE\"", "ln -s /etc/passwd \"$WORK_OUTPUT_FILE\"", "cat" })
	void programWithoutOutput_isDone_andItsInputIsEmpty(String script) throws Exception {
		assertThat(run(script)).isEqualTo(Outcome.done());
	}

	@Test
	void exitCode_saysHowItEnded_andTheLastLineOfErrorsWhy() throws Exception {
		assertThat(run("echo first >&2; echo '  it is odd ' >&2; echo >&2; exit 65"))
			.isEqualTo(Outcome.rejected("it is odd (exit code 65)"));
		assertThat(run("echo later >&2; exit 75")).isEqualTo(Outcome.failed("later (exit code 75)"));
		assertThat(run("exit 1")).isEqualTo(Outcome.failed("exit code 1"));
		assertThat(run("kill -9 $$")).isEqualTo(Outcome.failed("exit code 137"));
	}

	@Test
	void outputOfAProgramThatFailed_isNone() throws Exception {
		assertThat(run("echo half >\"$WORK_OUTPUT_FILE\"; exit 75")).isEqualTo(Outcome.failed("exit code 75"));
	}

	@Test
	void outputThatIsTooLarge_isRejected_withBothNumbers() throws Exception {
		assertThat(run("head -c 1048577 /dev/zero >\"$WORK_OUTPUT_FILE\""))
			.isEqualTo(Outcome.rejected("output of 1048577 bytes, more than the limit of 1048576"));
	}

	@Test
	void environment_isTheContract_andWhatIsNamed_andNothingElse() throws Exception {
		assertThat(System.getenv()).as("what must not be passed on").containsKey("TZ").containsKey("HOME");
		String id = "dir/-x ä日\"'$(id)`id`.txt";
		Outcome outcome = handler("env -0 >\"$WORK_OUTPUT_FILE\"")
			.handle(TestItems.item(id, new byte[0], Map.of("a", List.of(1, "é"))));
		Map<String, String> environment = Arrays.stream(TestItems.text(outcome).split("\0"))
			.map((variable) -> variable.split("=", 2))
			.filter((variable) -> !List.of("PWD", "OLDPWD", "SHLVL", "_").contains(variable[0]))
			.collect(Collectors.toMap((variable) -> variable[0], (variable) -> variable[1]));
		assertThat(environment).containsOnlyKeys("PATH", "WORK_ITEM_FILE", "WORK_OUTPUT_FILE", "WORK_ITEM_ID",
				"WORK_JOB", "WORK_ATTEMPT", "WORK_PARAMETERS", "WORK_OWNER_TERM", "WORK_RUN");
		assertThat(environment).containsEntry("WORK_ITEM_ID", id)
			.containsEntry("WORK_JOB", "17")
			.containsEntry("WORK_ATTEMPT", "2")
			.containsEntry("WORK_OWNER_TERM", "7")
			.containsEntry("WORK_PARAMETERS", "{\"a\":[1,\"é\"]}");
	}

	@Test
	void folderOfARun_isPrivate_andGoneAfterwards_withAllThatIsInIt() throws Exception {
		String listed = TestItems.text(run("umask 0; mkdir -p a/b; echo x >a/b/c; ln -s / a/root;"
				+ " ls -ld . \"$WORK_ITEM_FILE\" | cut -c1-10 >list; cat list >\"$WORK_OUTPUT_FILE\""));
		assertThat(listed.lines()).containsExactlyInAnyOrder("drwx------", "-rw-------");
		assertThat(this.work).isEmptyDirectory();
	}

	@Test
	void childThatKeepsThePipesOpen_isEnded_andNotWaitedFor() throws Exception {
		assertThat(run(begin("sleep 1000", 1))).isEqualTo(Outcome.done());
		assertGone(1);
	}

	/** Twice: its parent is gone before the program is, or is a session of its own. */
	@Test
	@EnabledOnOs(OS.LINUX)
	void daemonThatTheProgramLeavesBehind_isEnded() throws Exception {
		assertThat(run("(" + begin("sleep 1000", 1) + " exit)& wait; setsid sh -c '" + begin("sleep 1000", 2) + "'"))
			.isEqualTo(Outcome.done());
		assertGone(2);
	}

	/** With an empty environment nobody can tell any more where it is from. */
	@Test
	@EnabledOnOs(OS.LINUX)
	void daemonThatCannotBeFound_isNotWaitedFor() throws Exception {
		Path pid = this.directory.resolve("pid-1");
		assertThat(run("env -i setsid sh -c 'echo $$ >%s; exec sleep 1000' & while [ ! -s %s ]; do sleep 0.05; done"
			.formatted(pid, pid))).isEqualTo(Outcome.done());
		assertThat(pids()).singleElement()
			.matches((process) -> ProcessHandle.of(process).filter(ProcessTree::lives).isPresent());
	}

	@Test
	void programThatPrintsALot_neitherBlocks_norIsItKept() throws Exception {
		assertThat(
				run("head -c 100000000 /dev/zero; head -c 100000000 /dev/zero >&2; echo >&2; echo over >&2; exit 75"))
			.isEqualTo(Outcome.failed("over (exit code 75)"));
	}

	@Test
	void lineOfErrorsThatHasNoEnd_isCut() throws Exception {
		Outcome outcome = run("head -c 100000 /dev/zero | tr '\\0' x >&2; exit 65");
		assertThat(((Outcome.Rejected) outcome).reason()).hasSize(8192 + " (exit code 65)".length());
	}

	@ParameterizedTest
	@CsvSource({ "''", "'trap \"\" TERM;'" })
	void programOverTheDeadline_isEnded_withAllThatItHasStarted_whetherItListensOrNot(String trap) throws Exception {
		ExecHandler handler = handler(Duration.ofMillis(500), Duration.ofMillis(200),
				trap + begin("sh -c \"" + trap.replace("\"", "\\\"") + " while :; do sleep 1; done\"", 1)
						+ "echo working >&2; while :; do sleep 1; done");
		assertThat(handler.handle(TestItems.item("a", "")))
			.isEqualTo(Outcome.failed("working (ended by the deadline of PT0.5S)"));
		assertGone(1);
		assertThat(this.work).isEmptyDirectory();
	}

	@Test
	void programThatEndsOnSigterm_hasTheGraceForIt() throws Exception {
		ExecHandler handler = handler(Duration.ofMillis(500), LONG,
				"trap 'echo tidied up >&2; exit 3' TERM; while :; do sleep 0.1; done");
		assertThat(handler.handle(TestItems.item("a", "")))
			.isEqualTo(Outcome.failed("tidied up (ended by the deadline of PT0.5S)"));
	}

	@Test
	void workerThatStops_endsTheProgram_andGivesTheItemBack() throws Exception {
		Path asked = this.directory.resolve("asked");
		CompletableFuture<@Nullable Throwable> ended = new CompletableFuture<>();
		ExecHandler handler = handler("trap 'echo >%s; exit 1' TERM; ".formatted(asked) + begin("sleep 1000", 1)
				+ "while :; do sleep 0.05; done");
		Thread thread = Thread.startVirtualThread(() -> {
			try {
				handler.handle(TestItems.item("a", ""));
				ended.complete(null);
			}
			catch (Exception ex) {
				ended.complete(ex);
			}
		});
		Awaitility.await().until(() -> pids().size() == 1);
		thread.interrupt();
		assertThat(ended.join()).isInstanceOf(InterruptedException.class);
		assertThat(asked).as("it was asked to end").exists();
		assertGone(1);
		assertThat(this.work).isEmptyDirectory();
	}

	@Test
	void workerThatHasStopped_leavesNoProcessBehind() throws Exception {
		ExecHandler handler = handler("trap '' TERM; " + begin("sleep 1000", 1) + " sleep 1000");
		CompletableFuture<Outcome> outcome = CompletableFuture.supplyAsync(() -> {
			try {
				return handler.handle(TestItems.item("a", ""));
			}
			catch (IOException | InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
		Awaitility.await().until(() -> pids().size() == 1);
		handler.killAll();
		assertThat(outcome.join()).isEqualTo(Outcome.failed("exit code 137"));
		assertGone(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "no-such-program", "./no-such-program", "/etc/passwd", "/", "" })
	void programThatCannotBeRun_endsTheStart_andIsNamed(String program) {
		assertThatIllegalStateException().isThrownBy(() -> handler(List.of(program, "argument"), LONG, LONG, this.work))
			.withMessageContaining("WORKER_EXEC_COMMAND")
			.withMessageContaining("'%s' is not an executable file".formatted(program));
	}

	@Test
	void programThatIsGoneLater_failsTheItem_andLeavesNothing() throws Exception {
		Path script = Files.writeString(this.directory.resolve("script"), "#!/bin/sh\n");
		assertThat(script.toFile().setExecutable(true)).isTrue();
		ExecHandler handler = handler(List.of(script.toString()), LONG, LONG, this.work);
		assertThat(handler.handle(TestItems.item("a", ""))).isEqualTo(Outcome.done());
		Files.delete(script);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> handler.handle(TestItems.item("a", "")));
		assertThat(this.work).isEmptyDirectory();
	}

	@Test
	void folderThatIsNotThere_endsTheStart_andIsNamed() {
		Path missing = this.directory.resolve("missing");
		assertThatIllegalStateException().isThrownBy(() -> handler(List.of("sh"), LONG, LONG, missing))
			.withMessageContaining("WORKER_EXEC_DIRECTORY")
			.withMessageContaining(missing.toString());
	}

	@ParameterizedTest
	@ValueSource(strings = { "ANSI_X3.4-1968", "ISO-8859-1", "" })
	void localeThatCannotCarryEveryId_endsTheStart_sayingWhatToDo(String encoding) {
		assertThatIllegalStateException().isThrownBy(() -> ExecHandler.requireUtf8(encoding))
			.withMessageContaining("LC_ALL=C.UTF-8");
	}

	private Outcome run(String script) throws Exception {
		return handler(script).handle(TestItems.item("dir/a.txt", "content"));
	}

	private ExecHandler handler(String script) {
		return handler(LONG, LONG, script);
	}

	private ExecHandler handler(Duration deadline, Duration grace, String script) {
		return handler(List.of("sh", "-c", script), deadline, grace, this.work);
	}

	private static ExecHandler handler(List<String> command, Duration deadline, Duration grace, Path work) {
		return new ExecHandler(new ExecProperties(command, deadline, grace, work, List.of("PATH")),
				new OutputProperties(DataSize.ofMegabytes(1)), JsonMapper.shared());
	}

	/** Starts something in the background, and writes down which process it is. */
	private String begin(String command, int number) {
		return "%s & echo $! >%s; ".formatted(command, this.directory.resolve("pid-" + number));
	}

	private List<Long> pids() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.filter((file) -> file.getFileName().toString().startsWith("pid-"))
				.map(ExecHandlerTests::content)
				.filter((text) -> text.endsWith("\n"))
				.map((text) -> Long.valueOf(text.strip()))
				.toList();
		}
	}

	private static String content(Path file) {
		try {
			return Files.readString(file, StandardCharsets.US_ASCII);
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	private void assertGone(int processes) throws IOException {
		assertThat(pids()).hasSize(processes);
		Function<Long, Boolean> lives = (process) -> ProcessHandle.of(process).filter(ProcessTree::lives).isPresent();
		assertThat(pids()).noneMatch(lives::apply);
	}

}
