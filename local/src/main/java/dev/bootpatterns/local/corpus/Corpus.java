package dev.bootpatterns.local.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.build.Jdk;

/**
 * The documents to index: a zip or jar, or a folder (which may be a git repository).
 *
 * @param path where they are, absolute
 * @param prefixes what of it is taken, comma-separated; empty for everything
 * @param bytes the size of the source
 * @param fingerprint changes with the content: of a file its size and time, of a folder
 * its listing with sizes and times
 */
public record Corpus(Path path, String prefixes, long bytes, String fingerprint) {

	/**
	 * The default: {@code java.base} from the sources of the JDK that runs this.
	 * @param jdk the JDK
	 * @return the corpus
	 */
	public static Corpus ofJdk(Jdk jdk) {
		Path sources = jdk.sources()
			.orElseThrow(() -> new SuiteFailure(
					"%s came without its sources (lib/src.zip): give documents with --corpus PATH (a folder, zip or git repository), or start with --no-corpus"
						.formatted(jdk.folder())));
		return check(sources, "java.base/");
	}

	/**
	 * A corpus that the user names.
	 * @param path a folder, zip or jar
	 * @return the corpus
	 */
	public static Corpus of(Path path) {
		return check(path, "");
	}

	private static Corpus check(Path given, String prefixes) {
		Path path = given.toAbsolutePath().normalize();
		if (Files.notExists(path)) {
			throw broken(path, "does not exist");
		}
		if (!Files.isReadable(path)) {
			throw broken(path, "cannot be read by this user");
		}
		try {
			return Files.isDirectory(path) ? folder(path, prefixes) : archive(path, prefixes);
		}
		catch (AccessDeniedException ex) {
			throw broken(path, "has %s, which cannot be read by this user".formatted(ex.getFile()));
		}
		catch (IOException ex) {
			throw broken(path, "cannot be read: " + ex.getMessage());
		}
	}

	private static Corpus archive(Path path, String prefixes) throws IOException {
		try (ZipFile zip = new ZipFile(path.toFile())) {
			if (zip.stream().allMatch((entry) -> entry.isDirectory() || !entry.getName().startsWith(prefixes))) {
				throw broken(path, "is an archive without files" + (prefixes.isEmpty() ? "" : " under " + prefixes));
			}
		}
		catch (ZipException ex) {
			throw broken(path, "is neither a folder nor a zip");
		}
		BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
		return new Corpus(path, prefixes, attributes.size(),
				"%s %d %s %s".formatted(path, attributes.size(), attributes.lastModifiedTime(), prefixes));
	}

	private static Corpus folder(Path path, String prefixes) throws IOException {
		MessageDigest digest = sha256();
		long bytes = 0;
		boolean empty = true;
		try (Stream<Path> files = Files.walk(path)) {
			for (Path file : files.sorted().toList()) {
				BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class,
						LinkOption.NOFOLLOW_LINKS);
				if (attributes.isRegularFile()) {
					empty = false;
					bytes += attributes.size();
					String line = "%s %d %s%n".formatted(path.relativize(file), attributes.size(),
							attributes.lastModifiedTime());
					digest.update(line.getBytes(StandardCharsets.UTF_8));
				}
			}
		}
		catch (UncheckedIOException ex) {
			throw ex.getCause();
		}
		if (empty) {
			throw broken(path, "is a folder without files");
		}
		return new Corpus(path, prefixes, bytes, path + " " + HexFormat.of().formatHex(digest.digest()));
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static SuiteFailure broken(Path path, String why) {
		return new SuiteFailure(
				"the corpus %s %s: --corpus takes a folder, a zip or a git repository".formatted(path, why));
	}

}
