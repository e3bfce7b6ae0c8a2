package dev.bootpatterns.local.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** On a real process with a child. */
@EnabledOnOs(OS.LINUX)
class SignalsTests {

	private Process process = new ProcessBuilder("true").start();

	SignalsTests() throws IOException {
	}

	@BeforeEach
	void start() throws IOException {
		this.process = new ProcessBuilder("sh", "-c", "sleep 300 & wait").start();
		await().until(() -> this.process.descendants().count() == 1);
	}

	@AfterEach
	void end() {
		this.process.descendants().forEach(ProcessHandle::destroyForcibly);
		this.process.destroyForcibly();
	}

	@Test
	void process_isStoppedWithItsChildren_andGoesOnWithThem() {
		try (Signals signals = new Signals()) {
			signals.stop("one", this.process.toHandle());
			assertThat(signals.holds("one")).isTrue();
			await().until(() -> stopped(this.process.pid()) && stopped(child()));
			signals.proceed("one");
			assertThat(signals.holds("one")).isFalse();
			await().until(() -> !stopped(this.process.pid()) && !stopped(child()));
		}
	}

	@Test
	void whatIsStillStopped_goesOnAtTheEnd() {
		try (Signals signals = new Signals()) {
			signals.stop("one", this.process.toHandle());
			await().until(() -> stopped(this.process.pid()) && stopped(child()));
		}
		await().until(() -> !stopped(this.process.pid()) && !stopped(child()));
	}

	private long child() {
		return this.process.descendants().findFirst().orElseThrow().pid();
	}

	private static boolean stopped(long pid) throws IOException {
		String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
		return stat.charAt(stat.lastIndexOf(") ") + 2) == 'T';
	}

}
