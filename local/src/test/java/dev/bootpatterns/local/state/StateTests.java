package dev.bootpatterns.local.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.state.SuiteState.Phase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class StateTests {

	@TempDir
	Path folder;

	@Test
	void process_withItsStart_isFound() {
		assertThat(ProcessId.of(ProcessHandle.current()).find()).contains(ProcessHandle.current());
	}

	@Test
	void process_withAnotherStart_isAnotherProcess() {
		ProcessId self = ProcessId.of(ProcessHandle.current());
		assertThat(new ProcessId(self.pid(), self.startedAt() - 60_000).find()).isEmpty();
	}

	@Test
	void process_thatHasEnded_isNotFound() throws IOException {
		Process ended = new ProcessBuilder("true").start();
		ProcessId id = ProcessId.of(ended.toHandle());
		ended.onExit().join();
		assertThat(id.find()).isEmpty();
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void process_thatHasEndedAndWasNotCollected_isNotFound() throws IOException {
		// The shell's child ends at once, and the program that the shell becomes collects
		// nothing.
		Process parent = new ProcessBuilder("sh", "-c", "true & exec cat").start();
		try {
			await().until(() -> parent.children().count() == 1);
			ProcessHandle child = parent.children().findFirst().orElseThrow();
			await().until(() -> ProcessId.of(child).find().isEmpty());
			assertThat(child.isAlive()).as("it is still in the system's list").isTrue();
		}
		finally {
			parent.destroyForcibly().onExit().join();
		}
	}

	@Test
	void state_written_isReadAgain() throws IOException {
		ProcessState process = new ProcessState("owner-1", new ProcessId(7, 8), 8201, ProcessState.State.READY,
				"http://x", 2, null, "/log");
		SuiteState state = new SuiteState(Phase.RUNNING, "running", null, null, new ProcessId(1, 2), List.of(process),
				new Resize("id", 4, 3, 2, "no"));
		Path file = this.folder.resolve("state.json");
		Json.replace(file, state);
		Json.replace(file, state);
		assertThat(Json.read(file, SuiteState.class)).contains(state);
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
	}

	@Test
	void state_thatIsBroken_saysWhichFile() throws IOException {
		Path file = Files.writeString(this.folder.resolve("state.json"), "{");
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(() -> Json.read(file, SuiteState.class))
			.withMessageContaining(file.toString());
	}

	@Test
	void secret_isMadeOnce_andReadableByItsOwnerAlone() throws IOException {
		Path file = this.folder.resolve("token");
		String secret = Secrets.readOrCreate(file);
		assertThat(secret).matches("[0-9a-f]{48}").isEqualTo(Secrets.readOrCreate(file));
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
	}

	@Test
	void home_isEnteredByItsOwnerAlone() throws IOException {
		SuiteHome home = SuiteHome.of(Map.of("SUITE_HOME", this.folder.resolve("a b").toString()), this.folder);
		home.create();
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.directory())))
			.isEqualTo("rwx------");
	}

	@Test
	void home_thatHoldsSomethingElse_isLeftAsItIs() throws IOException {
		Path project = Files.createDirectories(this.folder.resolve("project"));
		Path file = Files.writeString(project.resolve("notes.txt"), "mine");
		var permissions = Files.getPosixFilePermissions(project);
		SuiteHome home = new SuiteHome(this.folder, project, 0);
		assertThatExceptionOfType(SuiteFailure.class).isThrownBy(home::create)
			.withMessageContaining(project.toString())
			.withMessageContaining("SUITE_HOME");
		assertThat(Files.getPosixFilePermissions(project)).isEqualTo(permissions);
		try (Stream<Path> content = Files.list(project)) {
			assertThat(content).containsExactly(file);
		}
	}

	@Test
	void home_ofASuite_isTakenAgain() throws IOException {
		SuiteHome home = new SuiteHome(this.folder, this.folder.resolve("home"), 0);
		home.create();
		Files.writeString(home.adminToken(), "token");
		Files.delete(home.logs());
		home.create();
		assertThat(home.logs()).isDirectory();
	}

	@Test
	void portOffset_thatIsNoNumber_isNamed() {
		assertThatExceptionOfType(SuiteFailure.class)
			.isThrownBy(() -> SuiteHome.of(Map.of("SUITE_PORT_OFFSET", "many"), this.folder))
			.withMessageContaining("SUITE_PORT_OFFSET is 'many'");
	}

}
