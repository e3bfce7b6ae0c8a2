package dev.bootpatterns.local.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A JDK AOT cache (JEP 483, JEP 514): classes of an application parsed, loaded and
 * linked, and the profiles of its start. It fits exactly one build of the JDK, one set of
 * jars and one set of flags; what it was made for is written beside it, so that it is not
 * offered to anything else.
 *
 * @param file the cache
 * @param madeFor what it fits
 */
record AotCache(Path file, String madeFor) {

	/**
	 * Whether it exists and fits.
	 * @return whether the JVM may be given it
	 */
	boolean isUsable() {
		try {
			return Files.exists(this.file) && Files.exists(key()) && Files.readString(key()).equals(this.madeFor);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Forgets an older one, before a new one is recorded.
	 * @throws IOException as the file system says
	 */
	void discard() throws IOException {
		Files.deleteIfExists(key());
	}

	/**
	 * Puts a recorded cache into its place. Running processes keep the one that they have
	 * mapped.
	 * @param recorded the new file
	 * @throws IOException as the file system says
	 */
	void publish(Path recorded) throws IOException {
		discard();
		Files.move(recorded, this.file, java.nio.file.StandardCopyOption.ATOMIC_MOVE,
				java.nio.file.StandardCopyOption.REPLACE_EXISTING);
		Files.writeString(key(), this.madeFor);
	}

	private Path key() {
		return this.file.resolveSibling(this.file.getFileName() + ".made-for");
	}

}
