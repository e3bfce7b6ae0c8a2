package dev.bootpatterns.local.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The end of a log.
 */
public final class LogTail {

	private static final int BYTES = 64 * 1024;

	private LogTail() {
	}

	/**
	 * A message, and under it the last lines of a file.
	 * @param message the message
	 * @param file the file, which need not exist
	 * @param lines how many
	 * @return the message alone when there is nothing to read
	 */
	public static String under(String message, Path file, int lines) {
		return message + of(file, lines).lines()
			.map((line) -> System.lineSeparator() + "  | " + line)
			.collect(Collectors.joining());
	}

	/**
	 * The last lines of a file.
	 * @param file the file, which need not exist
	 * @param lines how many
	 * @return the lines; empty when there is nothing to read
	 */
	public static String of(Path file, int lines) {
		try (var channel = Files.newByteChannel(file)) {
			channel.position(Math.max(0, channel.size() - BYTES));
			var buffer = java.nio.ByteBuffer.allocate(BYTES);
			int read;
			do {
				read = channel.read(buffer);
			}
			while (read > 0);
			List<String> all = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).lines()
				.toList();
			return String.join(System.lineSeparator(), all.subList(Math.max(0, all.size() - lines), all.size()));
		}
		catch (IOException ex) {
			return "";
		}
	}

}
