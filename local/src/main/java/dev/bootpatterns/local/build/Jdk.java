package dev.bootpatterns.local.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The JDK that runs this, and with it the services.
 *
 * @param folder its home
 */
public record Jdk(Path folder) {

	public static Jdk current() {
		return new Jdk(Path.of(System.getProperty("java.home")));
	}

	public Path java() {
		return this.folder.resolve("bin").resolve("java");
	}

	/**
	 * The sources of the JDK.
	 * @return {@code lib/src.zip}; empty when this JDK came without, also when that is a
	 * link to a package that is not installed
	 */
	public Optional<Path> sources() {
		return Optional.of(sourcesFile()).filter(Files::isReadable);
	}

	/**
	 * Where the sources are or would be.
	 * @return {@code lib/src.zip}
	 */
	public Path sourcesFile() {
		return this.folder.resolve("lib").resolve("src.zip");
	}

	/**
	 * What tells this build of the JDK from any other.
	 * @return the content of its {@code release} file and where it is installed
	 */
	public String identity() {
		Path release = this.folder.resolve("release");
		try {
			return this.folder + "\n"
					+ (Files.exists(release) ? Files.readString(release) : Runtime.version().toString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
