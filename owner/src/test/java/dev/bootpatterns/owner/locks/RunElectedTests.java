package dev.bootpatterns.owner.locks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.bootpatterns.broker.EmbeddedBroker;
import dev.bootpatterns.owner.support.RunningOwner;
import dev.bootpatterns.owner.support.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The script of the documentation, as processes of the operating system. */
class RunElectedTests {

	private static final Path SCRIPT = Path.of("../docs/patterns/run-elected.sh").toAbsolutePath().normalize();

	private static EmbeddedBroker broker;

	private static RunningOwner owner;

	@TempDir
	private static Path corpus;

	@TempDir
	private Path directory;

	private final List<Process> copies = new ArrayList<>();

	/** Those of a script that was killed are nobody's children. */
	private final Set<Long> commands = new HashSet<>();

	private String lock = "";

	@BeforeAll
	static void start() {
		broker = EmbeddedBroker.onFreePort();
		owner = RunningOwner.start("owner-1", TestDatabase.empty(), broker.port(), corpus);
	}

	@BeforeEach
	void name(TestInfo test) {
		this.lock = test.getTestMethod().orElseThrow().getName();
	}

	@AfterEach
	void end() {
		this.copies.stream().flatMap(RunElectedTests::family).toList().forEach(ProcessHandle::destroyForcibly);
		this.commands.forEach((process) -> ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly));
	}

	@AfterAll
	static void stop() {
		owner.close();
		broker.close();
	}

	@Test
	void copyThatIsKilledWithAllItsProcesses_isFollowedByTheOther_withAHigherToken() throws IOException {
		Process first = copy("a", "sleep 1000");
		Run killed = await("a", 1);
		copy("b", "sleep 1000");
		family(first).toList().forEach(ProcessHandle::destroyForcibly);
		assertThat(await("b", 1).token()).isGreaterThan(killed.token());
	}

	@Test
	void scriptThatIsKilledAlone_doesNotLeaveItsCommandBehind() throws IOException {
		Process first = copy("a", "sleep 1000");
		Run orphan = await("a", 1);
		copy("b", "sleep 1000");
		first.destroyForcibly();
		Run next = await("b", 1);
		assertThat(isAlive(orphan)).as("it has ended when the other begins").isFalse();
		assertThat(next.token()).isGreaterThan(orphan.token());
	}

	@Test
	void copyThatWasPaused_hasAStaleToken_andEndsItsCommandWhenItWakesUp() throws Exception {
		Process first = copy("a", "sleep 1000");
		Run paused = await("a", 1);
		copy("b", "sleep 1000");
		List<ProcessHandle> family = family(first).toList();
		signal("STOP", family);
		Run next = await("b", 1);
		assertThat(next.token()).isGreaterThan(paused.token());
		assertThat(write(paused.token()).statusCode()).isEqualTo(409);
		assertThat(write(next.token()).statusCode()).isEqualTo(200);
		signal("CONT", family);
		Awaitility.await().until(() -> !isAlive(paused));
		assertThat(first.isAlive()).as("it waits for its turn again").isTrue();
		assertThat(isAlive(next)).isTrue();
	}

	@Test
	void lockThatIsLost_endsTheCommand_whichRunsAgainWhenTheCopyHasItAgain() throws Exception {
		copy("a", "sleep 1000");
		Run lost = await("a", 1);
		assertThat(owner
			.send(owner.request("/locks/" + this.lock)
				.header("Authorization", "Bearer " + RunningOwner.TOKEN)
				.header("X-Lock-Token", Long.toString(lost.token()))
				.DELETE())
			.statusCode()).isEqualTo(204);
		Run again = await("a", 2);
		assertThat(isAlive(lost)).isFalse();
		assertThat(again.token()).isGreaterThan(lost.token());
	}

	@ParameterizedTest
	@EnumSource(names = "ANSWERS", mode = EnumSource.Mode.EXCLUDE)
	void lockServiceThatIsOutOfReach_endsTheCommand_beforeTheLockMayBeAnothers(Relay.Mode mode) throws Exception {
		try (Relay relay = new Relay(owner.request("").build().uri())) {
			Process first = copy("a", "sleep 1000", relay.uri());
			Run run = await("a", 1);
			relay.mode(mode);
			Awaitility.await().pollInterval(Duration.ofMillis(10)).until(this::isFree);
			assertThat(isAlive(run)).as("the lock is free").isFalse();
			assertThat(first.isAlive()).as("it waits for its turn again").isTrue();
			relay.mode(Relay.Mode.ANSWERS);
			assertThat(await("a", 2).token()).isGreaterThan(run.token());
		}
	}

	@Test
	void commandThatEnds_givesItsStatus_andTheLockBack() throws Exception {
		Process first = copy("a", "exit 7");
		assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
		assertThat(first.exitValue()).isEqualTo(7);
		assertThat(owner.get("/locks/" + this.lock).statusCode()).isEqualTo(404);
	}

	@Test
	void scriptThatIsAskedToEnd_endsTheCommand_andGivesTheLockBack() throws Exception {
		Process first = copy("a", "sleep 1000");
		Run run = await("a", 1);
		first.destroy();
		assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
		assertThat(isAlive(run)).isFalse();
		assertThat(owner.get("/locks/" + this.lock).statusCode()).isEqualTo(404);
	}

	/** Writes down token and process, then does what it is told in that process. */
	private Process copy(String name, String command) throws IOException {
		return copy(name, command, owner.request("").build().uri());
	}

	private Process copy(String name, String command, URI url) throws IOException {
		ProcessBuilder builder = new ProcessBuilder("sh", SCRIPT.toString(), this.lock, "sh", "-c",
				"echo \"$FENCING_TOKEN $$\" >>%s; %s".formatted(file(name),
						command.startsWith("exit") ? command : "exec " + command));
		builder.environment().put("LOCKS_URL", url.toString());
		builder.environment().put("LOCKS_ADMIN_TOKEN", RunningOwner.TOKEN);
		builder.environment().put("LOCK_TTL", "3");
		builder.environment().put("LOCK_HOLDER", name);
		// Not this JVM's own output: whatever were left behind would keep it open.
		Process copy = builder.redirectErrorStream(true).redirectOutput(this.directory.resolve("out").toFile()).start();
		this.copies.add(copy);
		return copy;
	}

	private Path file(String name) {
		return this.directory.resolve(name);
	}

	/** The nth time that a copy runs its command. */
	private Run await(String name, int number) {
		List<Run> runs = Awaitility.await()
			.until(() -> Files.exists(file(name)) ? Files.readAllLines(file(name)) : List.<String>of(),
					(lines) -> lines.size() >= number)
			.stream()
			.map((line) -> line.split(" "))
			.map((parts) -> new Run(Long.parseLong(parts[0]), Long.parseLong(parts[1])))
			.toList();
		runs.forEach((run) -> this.commands.add(run.process()));
		return runs.get(number - 1);
	}

	private boolean isFree() {
		return owner.get("/locks/" + this.lock).statusCode() == 404;
	}

	private HttpResponse<String> write(long token) {
		String version = Long.toString(tools.jackson.databind.json.JsonMapper.shared()
			.readTree(owner.get("/locks/" + this.lock).body())
			.path("version")
			.asLong());
		return owner.send(owner.request("/locks/" + this.lock + "/value")
			.header("Authorization", "Bearer " + RunningOwner.TOKEN)
			.header("If-Match", '"' + version + '"')
			.header("X-Lock-Token", Long.toString(token))
			.PUT(BodyPublishers.ofString("effect")));
	}

	private static Stream<ProcessHandle> family(Process copy) {
		return Stream.concat(Stream.of(copy.toHandle()), copy.descendants());
	}

	private static boolean isAlive(Run run) {
		return ProcessHandle.of(run.process()).filter(ProcessHandle::isAlive).isPresent();
	}

	private static void signal(String signal, List<ProcessHandle> processes) throws Exception {
		List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
		processes.forEach((process) -> command.add(Long.toString(process.pid())));
		new ProcessBuilder(command).inheritIO().start().waitFor();
	}

	/**
	 * The command, run once.
	 *
	 * @param token what it was given
	 * @param process its process
	 */
	private record Run(long token, long process) {
	}

}
