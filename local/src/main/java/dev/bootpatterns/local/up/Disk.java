package dev.bootpatterns.local.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import dev.bootpatterns.local.SuiteFailure;

/**
 * Whether there is room for the suite, before it is started.
 */
final class Disk {

	private static final long MIB = 1024 * 1024;

	/** Extracted jars and AOT caches (600 MiB), an empty database, logs. */
	private static final long BASE = 1024 * MIB;

	/**
	 * The zip's documents in PostgreSQL with its log, and in the indexes of all replicas.
	 */
	private static final long PER_CORPUS_BYTE = 8;

	/** PostgreSQL alone writes its log in files of 16 MiB. */
	private static final long NEARLY_FULL = 64 * MIB;

	private Disk() {
	}

	/**
	 * Checks the free space.
	 * @param folder where the suite writes
	 * @param corpusBytes the size of what will be indexed
	 */
	static void requireSpace(Path folder, long corpusBytes) {
		requireSpace(folder, corpusBytes, usable(folder));
	}

	static long usable(Path folder) {
		try {
			return Files.getFileStore(folder).getUsableSpace();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Whether a lack of space may be why something does not work.
	 * @param folder where the suite writes
	 * @param usable how many bytes are free there
	 * @return a sentence; empty when there is space
	 */
	static Optional<String> shortage(Path folder, long usable) {
		return (usable < NEARLY_FULL)
				? Optional.of("the disk of %s is full or nearly so (%d MiB free): make room, then './suite up' goes on"
					.formatted(folder, usable / MIB))
				: Optional.empty();
	}

	static void requireSpace(Path folder, long corpusBytes, long usable) {
		long needed = BASE + PER_CORPUS_BYTE * corpusBytes;
		if (usable < needed) {
			throw new SuiteFailure("the disk of %s has %d MiB free, and the suite needs about %d MiB there"
				.formatted(folder, usable / MIB, needed / MIB));
		}
	}

}
