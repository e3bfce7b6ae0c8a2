package dev.bootpatterns.logadapter.follow;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import dev.bootpatterns.logadapter.format.EntryJoiner;
import dev.bootpatterns.logadapter.format.EntrySink;
import dev.bootpatterns.logadapter.line.Line;
import dev.bootpatterns.logadapter.line.LineSplitter;
import org.jspecify.annotations.Nullable;

/**
 * One file that is being read. It is held open, so a file that was renamed or deleted is
 * read to its end, and its inode cannot become another file's meanwhile. Used by one
 * thread.
 */
final class FollowedFile implements Closeable {

	private final FileIdentity identity;

	private final FileChannel channel;

	private final EntryJoiner joiner;

	private final ReadTally tally;

	private final int maxLineBytes;

	private Path path;

	private LineSplitter splitter;

	private Fingerprint head;

	private long position;

	/** When its name was first missed; null while it has one. */
	private @Nullable Long goneSince;

	FollowedFile(Path path, FileIdentity identity, FilePosition from, EntryJoiner joiner, ReadTally tally,
			int maxLineBytes) throws IOException {
		this.path = path;
		this.identity = identity;
		this.joiner = joiner;
		this.tally = tally;
		this.maxLineBytes = maxLineBytes;
		this.position = from.offset();
		this.splitter = new LineSplitter(maxLineBytes, from.offset());
		this.head = new Fingerprint(from.headLength(), from.headSum());
		this.channel = FileChannel.open(path, StandardOpenOption.READ);
	}

	/** What came of an attempt to read. */
	enum Progress {

		/** Nothing new. */
		NONE,

		/** There were new bytes. */
		SOME,

		/** The file was truncated: it will be read from its beginning. */
		TRUNCATED

	}

	/**
	 * Reads what is new, at most a buffer full.
	 * @param buffer where to
	 * @param sink gets the entries that are complete
	 * @return what came of it
	 * @throws IOException if reading fails
	 */
	Progress read(byte[] buffer, EntrySink sink) throws IOException {
		long size = this.channel.size();
		if (size < this.position || (size > this.position && !this.head.matches(this.channel))) {
			startAnew(sink);
			return Progress.TRUNCATED;
		}
		if (size == this.position) {
			this.joiner.flushIfSilent(sink);
			return Progress.NONE;
		}
		if (this.head.length() < Fingerprint.MAX_LENGTH) {
			this.head = Fingerprint.read(this.channel, Fingerprint.MAX_LENGTH);
		}
		int length = this.channel.read(ByteBuffer.wrap(buffer), this.position);
		if (length <= 0) {
			return Progress.NONE;
		}
		this.position += length;
		this.tally.bytes(length);
		this.splitter.feed(buffer, length, (line) -> accept(line, sink));
		return Progress.SOME;
	}

	private void accept(Line line, EntrySink sink) {
		this.tally.line(line);
		this.joiner.accept(line, sink);
	}

	private void startAnew(EntrySink sink) {
		this.tally.truncated();
		finish(sink);
		this.position = 0;
		this.head = Fingerprint.NONE;
		this.splitter = new LineSplitter(this.maxLineBytes, 0);
	}

	/**
	 * Gives away what is held back: nothing more will come.
	 * @param sink gets it
	 */
	void finish(EntrySink sink) {
		Line last = this.splitter.finish();
		if (last != null) {
			accept(last, sink);
		}
		this.joiner.flush(sink);
	}

	void foundAt(Path current) {
		this.path = current;
		this.goneSince = null;
	}

	/**
	 * Takes note that it has no name any more that is looked for.
	 * @param now monotonic time
	 * @return since when, in nanoseconds
	 */
	long goneFor(long now) {
		if (this.goneSince == null) {
			this.goneSince = now;
		}
		return now - this.goneSince;
	}

	long unreadBytes() throws IOException {
		return Math.max(0, this.channel.size() - this.position);
	}

	int pendingLines() {
		return this.joiner.pendingLines();
	}

	FileIdentity identity() {
		return this.identity;
	}

	Path path() {
		return this.path;
	}

	/** How far its entries have been given away. */
	FilePosition positionOfGiven() {
		long pending = this.joiner.pendingOffset();
		return new FilePosition(this.path.toString(), this.identity.value(),
				(pending >= 0) ? pending : this.splitter.lineStart(), this.head.length(), this.head.sum());
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
