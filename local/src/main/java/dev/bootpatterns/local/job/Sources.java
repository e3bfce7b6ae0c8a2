package dev.bootpatterns.local.job;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.state.Digests;

/**
 * The folder from which jobs of this suite take their sources. What a user names is
 * copied there under a name that says what is in it: a job's source does not change under
 * it, and the same file twice is one copy.
 */
public final class Sources {

	/** That of the suite, also where a file has this name. */
	private static final String CORPUS = "corpus";

	private static final int DIGITS = 12;

	private final Path folder;

	/**
	 * The sources of a suite.
	 * @param folder what the owners have as {@code owner.sources}
	 */
	public Sources(Path folder) {
		this.folder = folder;
	}

	/**
	 * What a job is to name as its source.
	 * @param given a file, or the name of a source that the owner knows
	 * @return the source's name
	 */
	public String nameOf(String given) {
		Path file = Path.of(given);
		if (!isFile(given, file)) {
			if (given.contains("/")) {
				throw new SuiteFailure("--source: there is no file " + file.toAbsolutePath().normalize());
			}
			return given;
		}
		if (Files.isDirectory(file)) {
			throw new SuiteFailure(("--source: %s is a folder; make a zip of it: "
					+ "jar --create --no-manifest --file=source.zip -C %s .")
				.formatted(file, file));
		}
		try {
			return copy(file);
		}
		catch (IOException ex) {
			throw new SuiteFailure(
					"--source: %s cannot be copied to %s: %s".formatted(file, this.folder, ex.getMessage()), null, ex);
		}
	}

	static boolean isFile(String given, Path file) {
		return !given.equals(CORPUS) && Files.exists(file);
	}

	/**
	 * Where a source is.
	 * @param name its name
	 * @return a file that there may not be
	 */
	public Path fileOf(String name) {
		return this.folder.resolve(name);
	}

	private String copy(Path file) throws IOException {
		String name = name(file);
		Path target = fileOf(name);
		if (Files.notExists(target)) {
			Files.createDirectories(this.folder);
			Path partial = Files.createTempFile(this.folder, ".", ".part");
			try {
				Files.copy(file, partial, StandardCopyOption.REPLACE_EXISTING);
				Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
			}
			finally {
				Files.deleteIfExists(partial);
			}
		}
		return name;
	}

	/** Such as src-1f2e3d4c5b6a.zip. */
	private static String name(Path file) throws IOException {
		String plain = file.toRealPath()
			.getFileName()
			.toString()
			.replaceAll("[^A-Za-z0-9._-]", "_")
			.replaceFirst("^[._-]+", "");
		int dot = plain.lastIndexOf('.');
		String stem = (dot > 0) ? plain.substring(0, dot) : plain;
		String extension = (dot > 0) ? plain.substring(dot) : "";
		return "%s-%s%s".formatted(stem.isEmpty() ? "source" : stem, digest(file).substring(0, DIGITS), extension);
	}

	private static String digest(Path file) throws IOException {
		MessageDigest digest = Digests.sha256();
		byte[] buffer = new byte[1 << 16];
		try (InputStream content = Files.newInputStream(file)) {
			for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
				digest.update(buffer, 0, read);
			}
		}
		return HexFormat.of().formatHex(digest.digest());
	}

}
