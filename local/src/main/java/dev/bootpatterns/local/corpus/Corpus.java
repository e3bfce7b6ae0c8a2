package dev.bootpatterns.local.corpus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.build.Jdk;
import dev.bootpatterns.local.state.Digests;

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
		Path sources = jdk.sources().orElseThrow(() -> new SuiteFailure(withoutSources(jdk)));
		return check(sources, "java.base/");
	}

	/** Debian's JDK has a link there, which leads nowhere without the other package. */
	private static String withoutSources(Jdk jdk) {
		Path file = jdk.sourcesFile();
		return "%s came without its sources (%s): on Debian and Ubuntu the package openjdk-%d-source has them; or give documents with --corpus PATH (a folder, zip or git repository), or start with --no-corpus"
			.formatted(jdk.folder(),
					Files.isSymbolicLink(file) ? "lib/src.zip is a link that leads nowhere" : "lib/src.zip",
					Runtime.version().feature());
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
		MessageDigest digest = Digests.sha256();
		long bytes = 0;
		boolean empty = true;
		Path root = path.toRealPath();
		for (Path file : files(root)) {
			BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class,
					LinkOption.NOFOLLOW_LINKS);
			empty = false;
			bytes += attributes.size();
			String line = "%s %d %s%n".formatted(root.relativize(file), attributes.size(),
					attributes.lastModifiedTime());
			digest.update(line.getBytes(StandardCharsets.UTF_8));
		}
		if (empty) {
			throw broken(path, "is a folder without files");
		}
		return new Corpus(path, prefixes, bytes, path + " " + HexFormat.of().formatHex(digest.digest()));
	}

	/**
	 * What the owner looks at: neither hidden entries nor symbolic links, so a working
	 * tree of git is a folder without its {@code .git}. Of a bare repository, which has
	 * nothing hidden, it is git's own files.
	 */
	private static List<Path> files(Path folder) throws IOException {
		List<Path> files = new ArrayList<>();
		Files.walkFileTree(folder, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
				return (isHidden(directory) && !directory.equals(folder)) ? FileVisitResult.SKIP_SUBTREE
						: FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
				if (attributes.isRegularFile() && !isHidden(file)) {
					files.add(file);
				}
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
				if (isHidden(file)) {
					return FileVisitResult.CONTINUE;
				}
				throw failure;
			}

		});
		return files.stream().sorted().toList();
	}

	private static boolean isHidden(Path file) {
		Path name = file.getFileName();
		return name != null && name.toString().startsWith(".");
	}

	private static SuiteFailure broken(Path path, String why) {
		return new SuiteFailure(
				"the corpus %s %s: --corpus takes a folder, a zip or a git repository".formatted(path, why));
	}

}
