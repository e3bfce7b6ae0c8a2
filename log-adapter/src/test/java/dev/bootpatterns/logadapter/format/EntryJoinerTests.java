package dev.bootpatterns.logadapter.format;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

import dev.bootpatterns.logadapter.entry.LogEntry;
import dev.bootpatterns.logadapter.entry.LogEntry.Thrown;
import dev.bootpatterns.logadapter.entry.Severity;
import dev.bootpatterns.logadapter.format.EntrySink.DropReason;
import dev.bootpatterns.logadapter.line.Line;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EntryJoinerTests {

	private static final String HEAD = "2026-11-22T19:38:11.123Z ERROR 12 --- [shard] [main] [-] a.B : ";

	private final CollectedEntries sink = new CollectedEntries();

	private long nanos;

	private long offset;

	private final EntryJoiner joiner = joiner(new EntryJoiner.Limits(1000, 100_000, Duration.ofSeconds(1)));

	private EntryJoiner joiner(EntryJoiner.Limits limits) {
		return new EntryJoiner(new LineFormats(0.001), limits,
				new EntryJoiner.Origin("/logs/app.log", "1-2", "app", "log-adapter", 77),
				InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")), () -> this.nanos);
	}

	@Test
	void stackTrace_isPartOfItsRecord() {
		accept(HEAD + "failed", "", "java.lang.IllegalStateException: first", "second", "\tat a.B.c(D.java:1)",
				"Caused by: java.io.IOException: gone", "\t... 3 more", "", HEAD + "next");
		assertThat(this.sink.entries).singleElement().satisfies((entry) -> {
			assertThat(entry.message()).isEqualTo("failed");
			assertThat(entry.source().lines()).isEqualTo(8);
			assertThat(entry.exception()).isEqualTo(new Thrown("java.lang.IllegalStateException", "first\nsecond",
					"java.lang.IllegalStateException: first\nsecond\n\tat a.B.c(D.java:1)\n"
							+ "Caused by: java.io.IOException: gone\n\t... 3 more"));
		});
	}

	@Test
	void lineThatOnlyFollows_isAnEntryOfItsOwn() {
		accept(HEAD + "started", "OpenJDK warning: something", HEAD + "next");
		assertThat(this.sink.entries).extracting(LogEntry::severity).containsExactly(Severity.ERROR, Severity.UNKNOWN);
		assertThat(this.sink.messages()).containsExactly("started", "OpenJDK warning: something");
		assertThat(this.sink.entries.getLast().timestamp()).isEqualTo("2026-01-01T00:00:00Z");
		assertThat(this.sink.entries.getLast().service()).isEqualTo("app");
	}

	@Test
	void indentedLines_andThoseAfterAnEmptyFirstLine_belongToTheMessage() {
		accept(HEAD + "select", "  from a", HEAD, "***", "APPLICATION FAILED TO START", HEAD + "next");
		assertThat(this.sink.messages()).containsExactly("select\n  from a", "***\nAPPLICATION FAILED TO START");
	}

	@Test
	void traceWithoutARecord_isJoinedToItsHeader() {
		accept("Exception in thread \"main\" java.lang.Error: boom", "\tat a.B.main(B.java:1)", "other");
		assertThat(this.sink.entries).singleElement().satisfies((entry) -> {
			assertThat(entry.severity()).isEqualTo(Severity.UNKNOWN);
			assertThat(entry.message()).isEqualTo("Exception in thread \"main\" java.lang.Error: boom");
			assertThat(entry.exception()).isNotNull()
				.extracting(Thrown::type, Thrown::message)
				.containsExactly("java.lang.Error", "boom");
		});
	}

	@Test
	void record_isGivenAwayAfterSilence_notBefore() {
		accept(HEAD + "last words");
		this.joiner.flushIfSilent(this.sink);
		this.nanos = Duration.ofMillis(999).toNanos();
		this.joiner.flushIfSilent(this.sink);
		assertThat(this.sink.entries).isEmpty();
		assertThat(this.joiner.pendingOffset()).isZero();
		this.nanos = Duration.ofSeconds(1).toNanos();
		this.joiner.flushIfSilent(this.sink);
		assertThat(this.sink.messages()).containsExactly("last words");
		assertThat(this.joiner.pendingOffset()).isEqualTo(-1);
	}

	@Test
	void moreLinesThanTheLimit_areContinuedAndNoneIsLost() {
		EntryJoiner bounded = joiner(new EntryJoiner.Limits(3, 100_000, Duration.ofSeconds(1)));
		List<String> lines = List.of(HEAD + "deep", "a.Deep: x", "\tat a1", "\tat a2", "\tat a3", "\tat a4", "\tat a5");
		lines.forEach((line) -> bounded.accept(line(line), this.sink));
		bounded.flush(this.sink);
		assertThat(this.sink.lines()).isEqualTo(lines.size());
		assertThat(this.sink.entries).extracting((entry) -> entry.source().lines()).containsExactly(3, 3, 1);
		assertThat(this.sink.entries).extracting(LogEntry::marks)
			.containsExactly(null, List.of("continued"), List.of("continued"));
		assertThat(this.sink.entries).extracting(LogEntry::severity).containsOnly(Severity.ERROR);
	}

	@Test
	void moreBytesThanTheLimit_areContinued() {
		EntryJoiner bounded = joiner(new EntryJoiner.Limits(1000, 200, Duration.ofSeconds(1)));
		bounded.accept(line(HEAD + "x"), this.sink);
		bounded.accept(line("\tat " + "y".repeat(300)), this.sink);
		bounded.flush(this.sink);
		assertThat(this.sink.entries).hasSize(2);
	}

	@Test
	void blankLineOutsideARecord_isDroppedForThatReason() {
		accept("", "   ");
		assertThat(this.sink.dropped).containsExactly(DropReason.BLANK, DropReason.BLANK);
	}

	@Test
	void whatTheAdapterItselfLogged_isDroppedWithItsTrace() {
		accept("2026-11-22T19:38:11.123Z  WARN 77 --- [log-adapter] [log-adapter] [-] a.B : cannot", "",
				"java.io.IOException: x", "\tat a.B", HEAD + "other", HEAD + "next");
		assertThat(this.sink.messages()).containsExactly("other");
		assertThat(this.sink.dropped).containsOnly(DropReason.OWN).hasSize(4);
	}

	@Test
	void accessLine_isGivenAwayAtOnce() {
		accept("::1 - - [22/Nov/2026:20:38:11 +0000] \"GET / HTTP/1.1\" 200 1");
		assertThat(this.sink.entries).hasSize(1);
		assertThat(this.joiner.pendingLines()).isZero();
	}

	@Test
	void offsetsAndLengths_coverWhatWasRead() {
		accept(HEAD + "a", "\tat x.Y", "plain", HEAD + "b", HEAD + "c");
		long next = 0;
		for (LogEntry entry : this.sink.entries) {
			assertThat(entry.source().offset()).isEqualTo(next);
			next += entry.source().length();
		}
		assertThat(next).isEqualTo(this.joiner.pendingOffset());
	}

	private void accept(String... lines) {
		for (String line : lines) {
			this.joiner.accept(line(line), this.sink);
		}
	}

	private Line line(String text) {
		long length = text.getBytes(StandardCharsets.UTF_8).length + 1L;
		Line line = new Line(text, this.offset, length, 0, false);
		this.offset += length;
		return line;
	}

}
