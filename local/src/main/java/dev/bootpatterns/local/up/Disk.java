package dev.bootpatterns.local.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

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

	private Disk() {
	}

	/**
	 * Checks the free space.
	 * @param folder where the suite writes
	 * @param corpusBytes the size of what will be indexed
	 */
	static void requireSpace(Path folder, long corpusBytes) {
		try {
			requireSpace(folder, corpusBytes, Files.getFileStore(folder).getUsableSpace());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static void requireSpace(Path folder, long corpusBytes, long usable) {
		long needed = BASE + PER_CORPUS_BYTE * corpusBytes;
		if (usable < needed) {
			throw new SuiteFailure("the disk of %s has %d MiB free, and the suite needs about %d MiB there"
				.formatted(folder, usable / MIB, needed / MIB));
		}
	}

}
