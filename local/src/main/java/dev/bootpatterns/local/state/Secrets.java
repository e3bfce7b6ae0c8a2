package dev.bootpatterns.local.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/**
 * Secrets in files, generated once and readable by their owner alone from the moment that
 * the file exists.
 */
public final class Secrets {

	private static final int BYTES = 24;

	private Secrets() {
	}

	/**
	 * The secret in a file, made when there is none.
	 * @param file where it is kept
	 * @return 48 hexadecimal digits
	 */
	public static String readOrCreate(Path file) {
		try {
			if (Files.exists(file) && Files.size(file) > 0) {
				return Files.readString(file).strip();
			}
			Files.deleteIfExists(file);
			byte[] random = new byte[BYTES];
			new SecureRandom().nextBytes(random);
			String secret = HexFormat.of().formatHex(random);
			write(file, secret);
			return secret;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Writes a file that only its owner may read.
	 * @param file a file that does not exist
	 * @param content its text
	 * @throws IOException as the file system says
	 */
	public static void write(Path file, String content) throws IOException {
		try (SeekableByteChannel channel = Files.newByteChannel(file,
				Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
			Channels.newOutputStream(channel).write(content.getBytes(StandardCharsets.UTF_8));
		}
	}

}
