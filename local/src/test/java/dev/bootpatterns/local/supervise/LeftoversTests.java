package dev.bootpatterns.local.supervise;

import dev.bootpatterns.local.up.Leftovers;
import dev.bootpatterns.local.process.Ticks;
import dev.bootpatterns.local.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.bootpatterns.local.console.LogTail;
import dev.bootpatterns.local.state.Json;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.ProcessState.State;
import dev.bootpatterns.local.state.SuiteHome;
import dev.bootpatterns.local.state.SuiteState;
import dev.bootpatterns.local.state.SuiteState.Phase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(90)
class LeftoversTests {

	@TempDir
	Path folder;

	private SuiteHome home;

	@BeforeEach
	void createHome() {
		this.home = new SuiteHome(this.folder, this.folder, 0);
		this.home.create();
	}

	@Test
	void orphans_ofAKilledSupervisor_areEnded() throws IOException {
		Process supervisor = new ProcessBuilder(
				FakeSuite.java(List.of(this.home.marker()), FakeSuite.class, this.folder.toString()))
			.redirectErrorStream(true)
			.redirectOutput(this.home.log("suite").toFile())
			.start();
		Leftovers leftovers = new Leftovers(this.home);
		try (Ticks ticks = new Ticks(Duration.ofMillis(100))) {
			while (ticks.next() && !leftovers.state().map(SuiteState::allReady).orElse(false)) {
				assertThat(supervisor.isAlive()).as(() -> LogTail.of(this.home.log("suite"), 20)).isTrue();
			}
		}
		supervisor.destroyForcibly().onExit().join();
		assertThat(Processes.of(this.home)).as("orphans").hasSize(2);
		assertThat(leftovers.supervisor()).isEmpty();
		assertThat(leftovers.end((line) -> {
		})).containsExactly("a", "b");
		assertThat(Processes.of(this.home)).isEmpty();
		assertThat(this.home.state()).doesNotExist();
		assertThat(leftovers.end((line) -> {
		})).isEmpty();
	}

	@Test
	void processOfSomebodyElse_withARecordedNumber_isLeftAlone() throws IOException {
		Process foreign = new ProcessBuilder("cat").start();
		try {
			long started = ProcessId.of(foreign.toHandle()).startedAt();
			ProcessState recorded = new ProcessState("owner-1", new ProcessId(foreign.pid(), started - 3_600_000), 1,
					State.READY, "", 0, null, "");
			Json.replace(this.home.state(), new SuiteState(Phase.RUNNING, null, null, null,
					new ProcessId(foreign.pid(), 0), List.of(recorded), null));
			assertThat(new Leftovers(this.home).end((line) -> {
			})).isEmpty();
			assertThat(foreign.isAlive()).isTrue();
		}
		finally {
			foreign.destroyForcibly().onExit().join();
		}
		assertThat(Files.exists(this.home.state())).isFalse();
	}

	@Test
	void backoff_growsToHalfAMinute_andForgivesAfterAMinute() {
		Backoff backoff = new Backoff();
		Duration crashed = Duration.ofSeconds(1);
		assertThat(List.of(backoff.after(crashed), backoff.after(crashed), backoff.after(crashed),
				backoff.after(crashed), backoff.after(crashed), backoff.after(crashed), backoff.after(crashed)))
			.extracting(Duration::toSeconds)
			.containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
		assertThat(backoff.after(Duration.ofMinutes(1))).isEqualTo(Duration.ofSeconds(1));
	}

}
