package dev.bootpatterns.logadapter.output;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.bootpatterns.logadapter.follow.FilePosition;
import dev.bootpatterns.logadapter.line.Line;
import dev.bootpatterns.logadapter.line.LineSplitter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Entries on disk, and how far reading got, such that each entry is written once.
 * <p>
 * A checkpoint alone gives at-least-once: what was written after the last one is written
 * again after a crash. But each entry says which bytes of which file it was made of, so
 * the output is its own journal: at the start, what was appended after the checkpoint is
 * read back, and reading goes on behind it. A last line that was only half written is cut
 * off; its entry is made again. The checkpoint is written after the output has been
 * forced to disk, so it never claims what a power failure took, as long as the disk keeps
 * its word.
 * <p>
 * Cost: one {@code fsync} of output and checkpoint an interval, and at the start reading
 * what was written within the last one.
 */
public final class EntryStore implements Closeable {

	private static final Logger log = LoggerFactory.getLogger(EntryStore.class);

	// An entry of the greatest size that its limits allow, as JSON with every byte
	// escaped.
	private static final int MAX_ENTRY_BYTES = 8 << 20;

	private final RotatingFile entries;

	private final RotatingFile deadLetters;

	private final CheckpointFile checkpoints;

	private final JsonMapper json;

	private final List<FilePosition> recovered;

	/**
	 * Opens what is there and finds out how far reading got.
	 * @param settings where, and how much is kept
	 * @param json writes and reads checkpoints
	 * @param onDelete told of each output file that is deleted
	 * @throws IOException if the folder cannot be used
	 */
	public EntryStore(Settings settings, JsonMapper json, Runnable onDelete) throws IOException {
		this(settings, json, onDelete, OutputChannel::open);
	}

	EntryStore(Settings settings, JsonMapper json, Runnable onDelete, OutputChannel.Opener opener) throws IOException {
		Files.createDirectories(settings.directory());
		this.json = json;
		RotatingFile.Bounds bounds = new RotatingFile.Bounds(settings.maxFileBytes(), settings.maxFiles());
		this.entries = new RotatingFile(settings.directory(), "entries", bounds, opener, onDelete);
		this.deadLetters = new RotatingFile(settings.directory(), "dead-letters", bounds, opener, onDelete);
		this.checkpoints = new CheckpointFile(settings.directory(), json, opener);
		this.recovered = recover(this.checkpoints.read());
	}

	/**
	 * How far each file had been read.
	 * @return positions to go on from
	 */
	public List<FilePosition> recovered() {
		return this.recovered;
	}

	private List<FilePosition> recover(Checkpoint checkpoint) throws IOException {
		Map<String, FilePosition> positions = new LinkedHashMap<>();
		checkpoint.files().forEach((position) -> positions.put(position.id(), position));
		for (Map.Entry<Long, Path> file : this.entries.since(checkpoint.output()).entrySet()) {
			boolean first = file.getKey() == checkpoint.output().sequence();
			long end = replay(file.getValue(), first ? checkpoint.output().length() : 0, positions);
			if (file.getKey() == this.entries.position().sequence()) {
				this.entries.cut(end);
			}
		}
		return List.copyOf(positions.values());
	}

	/** Reads entries back, and tells where the last whole one ends. */
	private long replay(Path file, long from, Map<String, FilePosition> positions) throws IOException {
		if (!Files.exists(file) || Files.size(file) <= from) {
			return from;
		}
		LineSplitter splitter = new LineSplitter(MAX_ENTRY_BYTES, from);
		try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
			in.skipNBytes(from);
			byte[] buffer = new byte[64 * 1024];
			for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
				splitter.feed(buffer, length, (line) -> replay(line, file, positions));
			}
		}
		return splitter.lineStart();
	}

	private void replay(Line line, Path file, Map<String, FilePosition> positions) {
		try {
			JsonNode source = this.json.readTree(line.text()).path("source");
			String id = source.path("id").stringValue();
			long end = source.path("offset").longValue() + source.path("length").longValue();
			FilePosition known = positions.get(id);
			// In order, so the last one counts: a file that was truncated begins again.
			positions.put(id, (known != null) ? known.at(end)
					: new FilePosition(source.path("file").stringValue(), id, end, 0, 0));
		}
		catch (JacksonException ex) {
			log.warn("{} has at byte {} what is no entry: {}", file, line.offset(), ex.getOriginalMessage());
		}
	}

	/**
	 * Appends entries.
	 * @param bytes entries as JSON, each ended by LF
	 * @throws IOException if they could not be written; none of them counts as written
	 */
	public void append(byte[] bytes) throws IOException {
		this.entries.append(bytes);
	}

	/**
	 * Appends what could not be made an entry.
	 * @param bytes lines, each ended by LF
	 * @throws IOException if they could not be written
	 */
	public void appendDeadLetters(byte[] bytes) throws IOException {
		this.deadLetters.append(bytes);
	}

	/**
	 * Writes a checkpoint.
	 * @param positions how far the files were read whose entries have been appended
	 * @throws IOException if it could not be written; the one before stays good
	 */
	public void checkpoint(List<FilePosition> positions) throws IOException {
		this.entries.force();
		this.checkpoints.write(new Checkpoint(this.entries.position(), positions));
	}

	@Override
	public void close() throws IOException {
		this.entries.close();
		this.deadLetters.close();
	}

	/**
	 * Where, and how much is kept.
	 *
	 * @param directory the folder, created if there is none
	 * @param maxFileBytes the length at which a file is full
	 * @param maxFiles the most files of each kind, at least 2
	 */
	public record Settings(Path directory, long maxFileBytes, int maxFiles) {
	}

}
