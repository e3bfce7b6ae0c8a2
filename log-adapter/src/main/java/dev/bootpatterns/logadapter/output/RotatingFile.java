package dev.bootpatterns.logadapter.output;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Appends to {@code name.ndjson}. When that is full it becomes
 * {@code name.<number>.ndjson}, with numbers that only grow, and the oldest beyond the
 * bound are deleted. What is appended is written wholly or, for whoever comes after, not
 * at all: after a failure the next attempt begins by cutting off what the failed one
 * left. Used by one thread.
 */
final class RotatingFile implements Closeable {

	private static final String SUFFIX = ".ndjson";

	private final Path directory;

	private final String name;

	private final long maxBytes;

	private final int maxFiles;

	private final OutputChannel.Opener opener;

	private final Runnable onDelete;

	private @Nullable OutputChannel channel;

	private long sequence;

	private long length;

	/**
	 * Opens the file for appending.
	 * @param directory the folder, which exists
	 * @param name the name without its suffix
	 * @param bounds how much is kept
	 * @param opener opens files
	 * @param onDelete told of each file that is deleted
	 * @throws IOException if it cannot be opened
	 */
	RotatingFile(Path directory, String name, Bounds bounds, OutputChannel.Opener opener, Runnable onDelete)
			throws IOException {
		this.directory = directory;
		this.name = name;
		this.maxBytes = bounds.maxBytes();
		this.maxFiles = bounds.maxFiles();
		this.opener = opener;
		this.onDelete = onDelete;
		NavigableMap<Long, Path> rotated = rotated();
		this.sequence = rotated.isEmpty() ? 0 : rotated.lastKey() + 1;
		this.length = channel().size();
	}

	/**
	 * Appends.
	 * @param bytes what
	 * @throws IOException if it could not be written; it may be tried again
	 */
	void append(byte[] bytes) throws IOException {
		if (this.length > 0 && this.length + bytes.length > this.maxBytes) {
			rotate();
		}
		OutputChannel open = channel();
		open.truncate(this.length);
		open.write(ByteBuffer.wrap(bytes), this.length);
		this.length += bytes.length;
	}

	private void rotate() throws IOException {
		channel().force();
		close();
		Files.move(current(), numbered(this.sequence));
		this.sequence++;
		this.length = 0;
		NavigableMap<Long, Path> rotated = rotated();
		while (rotated.size() > this.maxFiles - 1) {
			Files.deleteIfExists(rotated.pollFirstEntry().getValue());
			this.onDelete.run();
		}
	}

	/**
	 * Returns when the disk has what was appended.
	 * @throws IOException if it could not be written
	 */
	void force() throws IOException {
		channel().force();
	}

	/**
	 * Cuts off what follows.
	 * @param size the length to keep
	 * @throws IOException if it cannot be cut
	 */
	void cut(long size) throws IOException {
		channel().truncate(size);
		this.length = Math.min(this.length, size);
	}

	Position position() {
		return new Position(this.sequence, this.length);
	}

	/**
	 * The files that hold what was appended from a position on.
	 * @param from the position
	 * @return files in order, by number; the last one is the current
	 * @throws IOException if the folder cannot be read
	 */
	Map<Long, Path> since(Position from) throws IOException {
		NavigableMap<Long, Path> files = rotated();
		files.put(this.sequence, current());
		return files.tailMap(from.sequence(), true);
	}

	private OutputChannel channel() throws IOException {
		OutputChannel open = this.channel;
		if (open == null) {
			open = this.opener.open(current());
			this.channel = open;
		}
		return open;
	}

	private Path current() {
		return this.directory.resolve(this.name + SUFFIX);
	}

	private Path numbered(long number) {
		return this.directory.resolve("%s.%08d%s".formatted(this.name, number, SUFFIX));
	}

	private NavigableMap<Long, Path> rotated() throws IOException {
		NavigableMap<Long, Path> rotated = new TreeMap<>();
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path file : (Iterable<Path>) files::iterator) {
				String other = file.getFileName().toString();
				int digits = other.length() - SUFFIX.length() - this.name.length() - 1;
				if (digits > 0 && other.startsWith(this.name + ".") && other.endsWith(SUFFIX)) {
					String number = other.substring(this.name.length() + 1, other.length() - SUFFIX.length());
					if (number.length() <= 18 && number.chars().allMatch(Character::isDigit)) {
						rotated.put(Long.valueOf(number), file);
					}
				}
			}
		}
		return rotated;
	}

	@Override
	public void close() throws IOException {
		OutputChannel open = this.channel;
		this.channel = null;
		if (open != null) {
			open.close();
		}
	}

	/**
	 * How much is kept.
	 *
	 * @param maxBytes the length at which a file is full
	 * @param maxFiles the most files, the current one among them; at least 2
	 */
	record Bounds(long maxBytes, int maxFiles) {
	}

	/**
	 * A place in what was appended.
	 *
	 * @param sequence number of the file
	 * @param length bytes before it in that file
	 */
	record Position(long sequence, long length) {

		static final Position BEGINNING = new Position(0, 0);

	}

}
