package dev.bootpatterns.local.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.bootpatterns.local.console.LogMerger.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ConsoleTests {

	@TempDir
	Path folder;

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	@Test
	void bar_halfWay_showsRateAndTimeLeft() {
		assertThat(ProgressBar.render("indexing", 1700, 3400, 95.4, Duration.ofSeconds(18)))
			.isEqualTo("indexing ███████████████░░░░░░░░░░░░░░░  50 % 1700/3400 · 95/s · 18.0 s left");
	}

	@Test
	void bar_withoutATotal_counts() {
		assertThat(ProgressBar.render("indexing", 7, 0, 0, Duration.ZERO)).isEqualTo("indexing … 7");
	}

	@Test
	void bar_beyondItsTotal_isFull() {
		assertThat(ProgressBar.render("x", 9, 3, 0, Duration.ZERO)).contains("100 % 9/3").doesNotContain("░");
	}

	@Test
	void progress_withoutATerminal_isOneLineForEachChange() {
		Console console = console(false);
		console.progress("ready: 1");
		console.progress("ready: 1");
		console.progress("ready: 2");
		console.line("done");
		assertThat(text()).isEqualTo("ready: 1\nready: 2\ndone\n");
	}

	@Test
	void progress_onATerminal_isRewritten() {
		Console console = console(true);
		console.progress("ready: 1");
		console.line("done");
		assertThat(text()).isEqualTo("\r\u001b[Kready: 1\r\u001b[Kdone\n");
	}

	@Test
	void logs_areMergedByTime_andTracesStayWhole() throws IOException {
		Path owner = log("owner.log", """
				2026-11-22T20:00:01.000Z  WARN first
				java.io.IOException: broken
					at a.B.c(B.java:1)
				2026-11-22T20:00:03.000Z  INFO third
				""");
		Path postgres = log("postgres.log", "2026-11-22 20:00:02.500 UTC [7] LOG:  second\n");
		Path access = log("a.access.log", "127.0.0.1 - - [22/Nov/2026:20:00:04 +0000] \"GET / HTTP/1.1\" 200 1 5\n");
		List<Entry> entries = new LogMerger().read(Map.of("owner", owner, "postgres", postgres, "access", access));
		assertThat(entries).extracting(Entry::name).containsExactly("owner", "postgres", "owner", "access");
		assertThat(entries.getFirst().lines()).hasSize(3);
	}

	@Test
	void logs_followed_giveEachLineOnce_andNoHalfLine() throws IOException {
		Path log = log("x.log", "2026-11-22T20:00:01.000Z one\n2026-11-22T20:00:02.000Z tw");
		LogMerger merger = new LogMerger();
		assertThat(merger.read(Map.of("x", log))).hasSize(1);
		Files.writeString(log, "o\n", StandardOpenOption.APPEND);
		assertThat(merger.read(Map.of("x", log))).singleElement()
			.satisfies((entry) -> assertThat(entry.lines()).containsExactly("2026-11-22T20:00:02.000Z two"));
		assertThat(merger.read(Map.of("x", log))).isEmpty();
	}

	@Test
	void tail_ofALog_isItsLastLines() throws IOException {
		assertThat(LogTail.of(log("t.log", "a\nb\nc\n"), 2)).isEqualTo("b%nc".formatted());
		assertThat(LogTail.of(this.folder.resolve("none"), 2)).isEmpty();
	}

	private Path log(String name, String text) throws IOException {
		return Files.writeString(this.folder.resolve(name), text);
	}

	private Console console(boolean terminal) {
		return new Console(new PrintStream(this.out, true, StandardCharsets.UTF_8), terminal);
	}

	private String text() {
		return this.out.toString(StandardCharsets.UTF_8);
	}

}
