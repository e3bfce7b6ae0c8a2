package dev.bootpatterns.local.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Several logs as one, in the order of their lines' times. A line without a time, such as
 * one of a stack trace, belongs to the line before it.
 */
public final class LogMerger {

	/**
	 * Read from each file at a time: what is older than that at the first reading is not
	 * shown.
	 */
	private static final int BYTES = 256 * 1024;

	private final Map<Path, Long> positions = new HashMap<>();

	private final Map<Path, String> unfinished = new HashMap<>();

	/**
	 * Some lines that belong together.
	 *
	 * @param name the log's name
	 * @param at the first line's time
	 * @param lines the lines
	 */
	public record Entry(String name, Instant at, List<String> lines) {
	}

	/**
	 * Reads what was added since the last call.
	 * @param logs the files, by name
	 * @return the new entries, in the order of time
	 */
	public List<Entry> read(Map<String, Path> logs) {
		List<Entry> entries = new ArrayList<>();
		logs.forEach((name, log) -> entries.addAll(entries(name, newText(log))));
		entries.sort(Comparator.comparing(Entry::at));
		return entries;
	}

	private static List<Entry> entries(String name, String text) {
		List<Entry> entries = new ArrayList<>();
		text.lines().forEach((line) -> {
			Instant at = LineTime.of(line);
			if (at != null || entries.isEmpty()) {
				entries.add(new Entry(name, (at != null) ? at : Instant.MIN, new ArrayList<>(List.of(line))));
			}
			else {
				entries.getLast().lines().add(line);
			}
		});
		return entries;
	}

	private String newText(Path log) {
		try (SeekableByteChannel channel = Files.newByteChannel(log)) {
			long size = channel.size();
			long position = this.positions.getOrDefault(log, Math.max(0, size - BYTES));
			channel.position((position > size) ? 0 : position);
			ByteBuffer buffer = ByteBuffer.allocate(BYTES);
			int read;
			do {
				read = channel.read(buffer);
			}
			while (read > 0);
			this.positions.put(log, channel.position());
			String text = this.unfinished.getOrDefault(log, "")
					+ new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
			int end = text.lastIndexOf('\n') + 1;
			this.unfinished.put(log, text.substring(end));
			return text.substring(0, end);
		}
		catch (NoSuchFileException ex) {
			return "";
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
