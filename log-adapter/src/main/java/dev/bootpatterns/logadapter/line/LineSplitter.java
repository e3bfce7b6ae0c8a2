package dev.bootpatterns.logadapter.line;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Splits the bytes of one file into lines. A line ends with LF or CR LF; what follows the
 * last one waits for more. No line costs more memory than the limit: the rest of a longer
 * one is counted, not kept.
 */
public final class LineSplitter {

	private final int maxLineBytes;

	/** The beginning of a line whose end has not been read. */
	private byte[] carried = new byte[0];

	private int carriedLength;

	private long cutBytes;

	private long lineStart;

	/**
	 * Creates a splitter.
	 * @param maxLineBytes the most bytes of a line that are kept
	 * @param offset where in the file the first byte stands
	 */
	public LineSplitter(int maxLineBytes, long offset) {
		this.maxLineBytes = maxLineBytes;
		this.lineStart = offset;
	}

	/**
	 * Where the line begins that has not ended yet.
	 * @return an offset in the file
	 */
	public long lineStart() {
		return this.lineStart;
	}

	/**
	 * Takes the next bytes of the file.
	 * @param bytes an array that holds them from its beginning
	 * @param length how many there are
	 * @param lines gets each line that ends among them
	 */
	public void feed(byte[] bytes, int length, Consumer<Line> lines) {
		int from = 0;
		for (int i = 0; i < length; i++) {
			if (bytes[i] == '\n') {
				lines.accept(end(bytes, from, i));
				from = i + 1;
			}
		}
		carry(bytes, from, length);
	}

	/**
	 * Ends the last line although its end was not read: nothing more will come.
	 * @return the line, or null if there is none
	 */
	public @Nullable Line finish() {
		if (this.carriedLength == 0) {
			return null;
		}
		return line(this.carried, 0, this.carriedLength, 0);
	}

	private Line end(byte[] bytes, int from, int to) {
		if (this.carriedLength == 0 && to - from <= this.maxLineBytes) {
			return line(bytes, from, to, 1);
		}
		carry(bytes, from, to);
		return line(this.carried, 0, this.carriedLength, 1);
	}

	private Line line(byte[] bytes, int from, int to, int lineEnd) {
		long length = (long) to - from + this.cutBytes + lineEnd;
		int end = (this.cutBytes > 0) ? wholeCharacters(bytes, from, to) : to;
		if (end > from && this.cutBytes == 0 && lineEnd > 0 && bytes[end - 1] == '\r') {
			end--;
		}
		String text = new String(bytes, from, end - from, StandardCharsets.UTF_8);
		boolean malformed = text.indexOf('\uFFFD') >= 0 && !isUtf8(bytes, from, end);
		Line line = new Line(text, this.lineStart, length, this.cutBytes, malformed);
		this.lineStart += length;
		this.carriedLength = 0;
		this.cutBytes = 0;
		if (this.carried.length > 4096) {
			this.carried = new byte[0];
		}
		return line;
	}

	private void carry(byte[] bytes, int from, int to) {
		int kept = Math.min(to - from, this.maxLineBytes - this.carriedLength);
		if (this.carriedLength + kept > this.carried.length) {
			this.carried = Arrays.copyOf(this.carried,
					Math.min(this.maxLineBytes, Math.max(256, 2 * (this.carriedLength + kept))));
		}
		System.arraycopy(bytes, from, this.carried, this.carriedLength, kept);
		this.carriedLength += kept;
		this.cutBytes += to - from - kept;
	}

	/** A cut within a character must not look like a malformed one. */
	private static int wholeCharacters(byte[] bytes, int from, int to) {
		int lead = to - 1;
		while (lead > from && to - lead < 4 && (bytes[lead] & 0xC0) == 0x80) {
			lead--;
		}
		int head = bytes[lead] & 0xFF;
		int wanted = (head >= 0xF0) ? 4 : (head >= 0xE0) ? 3 : (head >= 0xC0) ? 2 : 1;
		return (wanted > to - lead) ? lead : to;
	}

	private static boolean isUtf8(byte[] bytes, int from, int to) {
		try {
			StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
			return true;
		}
		catch (CharacterCodingException ex) {
			return false;
		}
	}

}
