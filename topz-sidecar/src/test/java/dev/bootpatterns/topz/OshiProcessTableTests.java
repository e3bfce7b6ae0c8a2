package dev.bootpatterns.topz;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.bootpatterns.topz.ProcessTable.ProcessReading;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OshiProcessTableTests {

	private static final int OWN_PID = (int) ProcessHandle.current().pid();

	@Test
	void ownProcess_isSeenAsItIs() {
		ProcessReading own = find(table(null), OWN_PID);
		assertThat(own.user()).isEqualTo(System.getProperty("user.name"));
		assertThat(own.command()).startsWith("java ");
		assertThat(own.residentBytes()).isBetween(20L << 20, 4L << 30);
		assertThat(own.virtualBytes()).isGreaterThan(own.residentBytes());
		assertThat(own.threads()).isGreaterThan(5);
		assertThat(own.openFiles()).isNotNull().isPositive();
		assertThat(own.cpuMillis()).isPositive();
		assertThat(own.uptimeMillis()).isBetween(100L, 3_600_000L);
		assertThat(own.parentPid()).isEqualTo((int) ProcessHandle.current().parent().orElseThrow().pid());
	}

	@Test
	void root_limitsWhatIsSeenToItAndItsDescendants() throws IOException {
		Process child = new ProcessBuilder("sh", "-c", "cat; true").redirectInput(ProcessBuilder.Redirect.PIPE).start();
		try (var input = child.getOutputStream()) {
			assertThat(input).isNotNull();
			int pid = (int) child.pid();
			org.awaitility.Awaitility.await().until(() -> table(pid).read().processes().size() == 2);
			List<ProcessReading> seen = table(pid).read().processes();
			assertThat(seen).extracting(ProcessReading::command).containsExactlyInAnyOrder("sh", "cat");
			assertThat(table(OWN_PID).read().processes()).extracting(ProcessReading::pid)
				.contains(OWN_PID, pid)
				.doesNotContain(1);
		}
		finally {
			child.descendants().forEach(ProcessHandle::destroyForcibly);
			child.destroyForcibly();
		}
	}

	@Test
	void rootThatIsGone_leavesNothing() throws IOException, InterruptedException {
		Process child = new ProcessBuilder("true").start();
		child.waitFor();
		assertThat(table((int) child.pid()).read().processes()).isEmpty();
	}

	@Test
	void processesThatVanishWhileTheyAreRead_disturbNothing() {
		AtomicBoolean done = new AtomicBoolean();
		CompletableFuture<Void> churn = CompletableFuture.runAsync(() -> {
			while (!done.get()) {
				startAndForget();
			}
		});
		ProcessTable table = table(null);
		for (int i = 0; i < 50; i++) {
			assertThat(table.read().processes()).extracting(ProcessReading::pid).contains(OWN_PID);
		}
		done.set(true);
		churn.join();
	}

	@Test
	void host_hasCpusMemoryAndTime() {
		ProcessTable.HostReading host = table(null).read().host();
		assertThat(host.cpus()).isPositive();
		assertThat(host.memoryTotalBytes()).isGreaterThan(host.memoryAvailableBytes());
		assertThat(host.totalTicks()).isGreaterThan(host.busyTicks());
	}

	private static void startAndForget() {
		try {
			new ProcessBuilder("true").start().onExit().join();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static ProcessReading find(ProcessTable table, int pid) {
		return Objects.requireNonNull(
				table.read().processes().stream().filter((process) -> process.pid() == pid).findFirst().orElse(null));
	}

	private static ProcessTable table(@Nullable Integer root) {
		return new OshiProcessTable(root, new CommandNames(false));
	}

}
