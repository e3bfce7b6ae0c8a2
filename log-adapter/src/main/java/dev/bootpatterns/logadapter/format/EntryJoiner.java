package dev.bootpatterns.logadapter.format;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

import dev.bootpatterns.logadapter.entry.LogEntry;
import dev.bootpatterns.logadapter.entry.LogEntry.Kind;
import dev.bootpatterns.logadapter.entry.LogEntry.Source;
import dev.bootpatterns.logadapter.entry.Severity;
import dev.bootpatterns.logadapter.format.EntrySink.DropReason;
import dev.bootpatterns.logadapter.line.Line;
import org.jspecify.annotations.Nullable;

/**
 * Makes the lines of one file into entries. An entry is held back until a line comes that
 * is not part of it, but no longer than the limits allow: what comes after a limit is an
 * entry of its own, marked {@code continued}, so that no line is lost to a limit. Used by
 * one thread.
 */
public final class EntryJoiner {

	private final LineFormats formats;

	private final Limits limits;

	private final Origin origin;

	private final InstantSource clock;

	private final LongSupplier nanos;

	private @Nullable Pending pending;

	/**
	 * Creates a joiner.
	 * @param formats the formats to try
	 * @param limits how long an entry is held back
	 * @param origin the file
	 * @param clock tells when a line without a time was read
	 * @param nanos monotonic time
	 */
	public EntryJoiner(LineFormats formats, Limits limits, Origin origin, InstantSource clock, LongSupplier nanos) {
		this.formats = formats;
		this.limits = limits;
		this.origin = origin;
		this.clock = clock;
		this.nanos = nanos;
	}

	/**
	 * Takes the next line.
	 * @param line the line
	 * @param sink gets what is complete with it
	 */
	public void accept(Line line, EntrySink sink) {
		Pending held = this.pending;
		if (line.text().isBlank()) {
			acceptBlank(held, line, sink);
			return;
		}
		Head head = this.formats.parse(line.text());
		if (head == null && held != null && held.shape.takes(line.text())) {
			add(held, line, sink);
			return;
		}
		flush(sink);
		this.pending = new Pending(head, line, false);
		touch(this.pending);
		if (head != null && !head.mayContinue()) {
			flush(sink);
		}
	}

	private void acceptBlank(@Nullable Pending held, Line line, EntrySink sink) {
		if (held != null && hasRoom(held, line)) {
			held.add(line);
			touch(held);
			return;
		}
		flush(sink);
		sink.dropped(DropReason.BLANK, 1);
	}

	private boolean hasRoom(Pending held, Line line) {
		return held.lines.size() < this.limits.maxLines() && held.bytes + line.length() <= this.limits.maxBytes();
	}

	private void add(Pending held, Line line, EntrySink sink) {
		if (hasRoom(held, line)) {
			held.shape.add(line.text(), held.lines.size());
			held.add(line);
			touch(held);
			return;
		}
		flush(sink);
		Pending rest = new Pending(held.head, line, true);
		rest.shape.add(line.text(), 0);
		this.pending = rest;
		touch(rest);
	}

	private void touch(Pending held) {
		held.touchedAt = this.nanos.getAsLong();
	}

	/**
	 * Gives away the entry held back, if nothing was added to it for long enough.
	 * @param sink gets it
	 */
	public void flushIfSilent(EntrySink sink) {
		Pending held = this.pending;
		if (held != null && this.nanos.getAsLong() - held.touchedAt >= this.limits.silence().toNanos()) {
			flush(sink);
		}
	}

	/**
	 * Gives away the entry held back.
	 * @param sink gets it
	 */
	public void flush(EntrySink sink) {
		Pending held = this.pending;
		if (held != null) {
			this.pending = null;
			if (held.head != null && this.origin.isOwn(held.head)) {
				sink.dropped(DropReason.OWN, held.lines.size());
				return;
			}
			give(held, sink);
		}
	}

	/** A defect here must cost no line, and must not stop at the same line for ever. */
	private void give(Pending held, EntrySink sink) {
		LogEntry entry;
		try {
			entry = held.toEntry(this.origin, this.clock);
		}
		catch (RuntimeException ex) {
			sink.unreadable(held.source(this.origin), String.join("\n", held.lines), ex);
			return;
		}
		sink.entry(entry);
	}

	/**
	 * Where the entry begins that is held back.
	 * @return offset in the file, or -1 if none is
	 */
	public long pendingOffset() {
		return (this.pending != null) ? this.pending.offset : -1;
	}

	/**
	 * How many lines are held back.
	 * @return their number
	 */
	public int pendingLines() {
		return (this.pending != null) ? this.pending.lines.size() : 0;
	}

	/**
	 * How long an entry is held back.
	 *
	 * @param maxLines the most lines of an entry
	 * @param maxBytes the most bytes of an entry that has several lines
	 * @param silence after how long without a line it is given away
	 */
	public record Limits(int maxLines, long maxBytes, Duration silence) {
	}

	/**
	 * The file that lines come from.
	 *
	 * @param file path
	 * @param id what stays when it is renamed
	 * @param service who is meant where a line does not tell
	 * @param ownService the adapter's own name
	 * @param ownPid the adapter's own process number
	 */
	public record Origin(String file, String id, String service, String ownService, long ownPid) {

		boolean isOwn(Head head) {
			return this.ownService.equals(head.service()) && head.pid() == this.ownPid;
		}

	}

	/**
	 * The entry that is held back.
	 */
	private static final class Pending {

		private static final Pattern STARTING_BLANKS = Pattern.compile("\\A\\n++");

		private final @Nullable Head head;

		private final TraceShape shape;

		private final long offset;

		private final List<String> lines = new ArrayList<>(1);

		private final boolean continued;

		private long bytes;

		private boolean truncated;

		private boolean malformed;

		private long touchedAt;

		Pending(@Nullable Head head, Line first, boolean continued) {
			this.head = head;
			this.shape = new TraceShape(head);
			this.offset = first.offset();
			this.continued = continued;
			add(first);
		}

		void add(Line line) {
			this.lines.add(line.text());
			this.bytes += line.length();
			this.truncated |= line.cutBytes() > 0;
			this.malformed |= line.malformed();
		}

		Source source(Origin origin) {
			return new Source(origin.file(), origin.id(), this.offset, this.bytes, this.lines.size());
		}

		LogEntry toEntry(Origin origin, InstantSource clock) {
			Source source = source(origin);
			Head known = this.head;
			if (known == null) {
				Moment now = Moment.of(clock.instant());
				return new LogEntry(now.text(), Severity.UNKNOWN, origin.service(), null, null, message(""), null, null,
						this.shape.thrown(this.lines), null, source, marks(), Kind.UNKNOWN, now.epochMillis());
			}
			String service = known.service();
			return new LogEntry(known.moment().text(), known.severity(), (service != null) ? service : origin.service(),
					known.thread(), known.logger(), message(known.message()), known.traceId(), known.spanId(),
					this.shape.thrown(this.lines), known.http(), source, marks(), known.kind(),
					known.moment().epochMillis());
		}

		private String message(String headMessage) {
			int count = this.shape.messageLines(this.lines);
			boolean firstIsHead = this.head != null && !this.continued;
			String first = firstIsHead ? headMessage : (count > 0) ? this.lines.getFirst() : "";
			if (count <= 1) {
				return first;
			}
			String rest = String.join("\n", this.lines.subList(1, count)).stripTrailing();
			return first.isBlank() ? STARTING_BLANKS.matcher(rest).replaceFirst("")
					: (first + "\n" + rest).stripTrailing();
		}

		private @Nullable List<String> marks() {
			if (!this.truncated && !this.malformed && !this.continued) {
				return null;
			}
			List<String> marks = new ArrayList<>(3);
			if (this.truncated) {
				marks.add("truncated");
			}
			if (this.malformed) {
				marks.add("invalid-utf8");
			}
			if (this.continued) {
				marks.add("continued");
			}
			return marks;
		}

	}

}
