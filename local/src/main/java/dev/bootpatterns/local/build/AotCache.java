package dev.bootpatterns.local.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A JDK AOT cache (JEP 483, JEP 514): classes of an application parsed, loaded and
 * linked, and the profiles of its start. It fits exactly one build of the JDK, one set of
 * jars and one set of flags; what it was made for is written beside it, so that it is not
 * offered to anything else.
 *
 * @param file the cache
 * @param madeFor what it fits
 */
public record AotCache(Path file, String madeFor) {

	/**
	 * Whether it exists and fits.
	 * @return whether the JVM may be given it
	 */
	public boolean isUsable() {
		try {
			return Files.exists(this.file) && Files.exists(key()) && Files.readString(key()).equals(this.madeFor);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * How a JVM is told of it. What it says about a cache that it cannot use is of no use
	 * to the user: it then starts without.
	 * @return its flags
	 */
	public List<String> flags() {
		return List.of("-XX:AOTCache=" + this.file, "-Xlog:aot=off,cds=off");
	}

	/**
	 * Forgets an older one, before a new one is recorded.
	 * @throws IOException as the file system says
	 */
	private void discard() throws IOException {
		Files.deleteIfExists(key());
	}

	/**
	 * Puts a recorded cache into its place. Running processes keep the one that they have
	 * mapped.
	 * @param recorded the new file
	 * @throws IOException as the file system says
	 */
	public void publish(Path recorded) throws IOException {
		discard();
		Files.move(recorded, this.file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		Files.writeString(key(), this.madeFor);
	}

	private Path key() {
		return this.file.resolveSibling(this.file.getFileName() + ".made-for");
	}

}
