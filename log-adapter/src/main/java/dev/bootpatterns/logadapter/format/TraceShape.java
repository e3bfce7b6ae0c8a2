package dev.bootpatterns.logadapter.format;

import java.util.List;

import dev.bootpatterns.logadapter.entry.LogEntry.Thrown;
import org.jspecify.annotations.Nullable;

/**
 * Tells which lines after the first belong to the same entry, by what a stack trace looks
 * like: a header ({@code a.b.SomeException: message}, whose message may have lines of its
 * own), frames ({@code    at ...}, {@code    ... 12 more}), then causes and suppressed
 * ones, which are headers again.
 * <p>
 * The alternative, everything up to the next line of a known format, would put whatever
 * else a process prints (a warning of the JVM, the last words of a script) into the entry
 * before it. Here such a line stays an entry of its own; the price is that a message of
 * several lines is joined only where they are indented, or where its first line is empty.
 */
final class TraceShape {

	private enum State {

		MESSAGE, HEADER, FRAMES

	}

	private final boolean known;

	private State state = State.MESSAGE;

	/** Index of the trace's first line among the entry's; -1 while there is none. */
	private int traceStart = -1;

	/** Index of the first frame; -1 while there is none. */
	private int firstFrame = -1;

	private final boolean emptyHead;

	/**
	 * Begins an entry.
	 * @param head what was found in its first line; null if no format matched, and then
	 * only what cannot be but a part of a trace belongs to it
	 */
	TraceShape(@Nullable Head head) {
		this.known = head != null;
		this.emptyHead = head != null && head.message().isBlank();
	}

	/**
	 * Whether a line belongs to the entry.
	 * @param text the line, to which no format matched
	 * @return whether it belongs
	 */
	boolean takes(String text) {
		return after(text) != null;
	}

	/**
	 * Takes note of a line that belongs to the entry.
	 * @param text the line
	 * @param index which line of the entry it is
	 */
	void add(String text, int index) {
		State next = after(text);
		if (next == null || next == State.MESSAGE) {
			return;
		}
		this.traceStart = (this.traceStart < 0) ? index : this.traceStart;
		this.firstFrame = (next == State.FRAMES && this.firstFrame < 0) ? index : this.firstFrame;
		this.state = next;
	}

	private @Nullable State after(String text) {
		if (isFrame(text)) {
			return State.FRAMES;
		}
		if (isCause(text) || (this.known && this.state == State.MESSAGE && headerStart(text) >= 0)) {
			return State.HEADER;
		}
		boolean goesOn = this.known
				&& (this.state == State.HEADER || (this.emptyHead && this.state == State.MESSAGE) || isIndented(text));
		return goesOn ? this.state : null;
	}

	/**
	 * The lines before the trace.
	 * @param lines all lines of the entry
	 * @return how many there are
	 */
	int messageLines(List<String> lines) {
		return (this.traceStart < 0) ? lines.size() : this.traceStart;
	}

	/**
	 * The trace.
	 * @param lines all lines of the entry
	 * @return the exception, or null if there is none
	 */
	@Nullable Thrown thrown(List<String> lines) {
		if (this.traceStart < 0) {
			return null;
		}
		String stackTrace = String.join("\n", lines.subList(this.traceStart, lines.size())).stripTrailing();
		// Of an entry that no format matched, the first line may be the header itself.
		int headerLine = this.known ? this.traceStart : 0;
		String header = lines.get(headerLine);
		int from = headerStart(header);
		if (from < 0) {
			return new Thrown(null, null, stackTrace);
		}
		int colon = header.indexOf(": ", from);
		String type = header.substring(from, (colon < 0) ? header.length() : colon);
		String rest = (colon < 0) ? "" : header.substring(colon + 2);
		int end = (this.firstFrame > headerLine) ? this.firstFrame : headerLine + 1;
		String message = String.join("\n", lines.subList(headerLine + 1, end));
		return new Thrown(type, join(rest, message), stackTrace);
	}

	private static @Nullable String join(String first, String more) {
		String message = (more.isBlank() ? first : first + "\n" + more).strip();
		return message.isEmpty() ? null : message;
	}

	static boolean isFrame(String text) {
		if (!isIndented(text)) {
			return false;
		}
		String line = text.stripLeading();
		return line.startsWith("at ")
				|| (line.startsWith("... ") && (line.endsWith(" more") || line.endsWith("omitted")));
	}

	private static boolean isCause(String text) {
		String line = text.stripLeading();
		return line.startsWith("Caused by: ") || line.startsWith("Suppressed: ") || line.startsWith("Wrapped by: ")
				|| line.startsWith("[CIRCULAR REFERENCE");
	}

	private static boolean isIndented(String text) {
		return !text.isEmpty() && (text.charAt(0) == '\t' || text.charAt(0) == ' ');
	}

	/**
	 * Where the exception's class begins in a header, such as
	 * {@code java.io.IOException: gone} or
	 * {@code Exception in thread "main" java.lang.Error}: at least one package, and a
	 * class that begins with a capital.
	 */
	static int headerStart(String text) {
		int from = 0;
		if (text.startsWith("Exception in thread \"")) {
			from = text.indexOf("\" ") + 2;
		}
		else if (isCause(text)) {
			from = text.indexOf(": ") + 2;
		}
		int lastDot = -1;
		int i = from;
		while (i < text.length() && (Character.isJavaIdentifierPart(text.charAt(i)) || text.charAt(i) == '.')) {
			if (text.charAt(i) == '.') {
				lastDot = i;
			}
			i++;
		}
		boolean ended = i == text.length() || text.startsWith(": ", i) || text.substring(i).equals(":");
		boolean isClass = lastDot > from && lastDot + 1 < i && Character.isUpperCase(text.charAt(lastDot + 1));
		return (ended && isClass) ? from : -1;
	}

}
