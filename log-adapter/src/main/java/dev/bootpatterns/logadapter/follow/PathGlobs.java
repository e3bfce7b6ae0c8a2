package dev.bootpatterns.logadapter.follow;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Files by glob: {@code /var/log/*.log}, {@code /logs/**.log}, {@code /logs/{a,b}.log}.
 * The search begins in the folder before the first wildcard, goes as deep as the glob has
 * parts ({@value #MAX_DEPTH} levels for {@code **}), and skips compressed files, which
 * are copies of what was read before.
 */
public final class PathGlobs {

	private static final int MAX_DEPTH = 8;

	private static final Set<String> COMPRESSED = Set.of("gz", "zip", "bz2", "xz", "zst");

	private final List<Glob> globs;

	private PathGlobs(List<Glob> globs) {
		this.globs = globs;
	}

	/**
	 * Reads a list of globs.
	 * @param list separated by commas; a comma within braces separates none. A relative
	 * one is meant from the working directory
	 * @return the globs
	 */
	public static PathGlobs parse(String list) {
		List<Glob> globs = new ArrayList<>();
		int depth = 0;
		int from = 0;
		for (int i = 0; i <= list.length(); i++) {
			char character = (i < list.length()) ? list.charAt(i) : ',';
			depth += (character == '{') ? 1 : (character == '}') ? -1 : 0;
			if (i == list.length() || (character == ',' && depth == 0)) {
				String glob = list.substring(from, i).strip();
				if (!glob.isEmpty()) {
					globs.add(Glob.of(glob));
				}
				from = i + 1;
			}
		}
		return new PathGlobs(List.copyOf(globs));
	}

	boolean isEmpty() {
		return this.globs.isEmpty();
	}

	boolean matches(Path path) {
		return this.globs.stream().anyMatch((glob) -> glob.matcher().matches(path));
	}

	/**
	 * Finds the files that are there now. What cannot be read is passed over: it may be
	 * gone already, or come later.
	 * @param found gets each file with its attributes; the same one twice if two globs
	 * match it
	 */
	void find(BiConsumer<Path, BasicFileAttributes> found) throws IOException {
		for (Glob glob : this.globs) {
			if (Files.isDirectory(glob.base())) {
				Files.walkFileTree(glob.base(), EnumSet.of(FileVisitOption.FOLLOW_LINKS), glob.depth(),
						new Visitor(glob, found));
			}
		}
	}

	private static boolean isCompressed(Path file) {
		String name = file.getFileName().toString();
		return COMPRESSED.contains(name.substring(name.lastIndexOf('.') + 1));
	}

	/**
	 * One glob.
	 *
	 * @param base where the search begins
	 * @param depth how many levels it goes down
	 * @param matcher what it finds
	 */
	private record Glob(Path base, int depth, PathMatcher matcher) {

		static Glob of(String text) {
			String glob = text.startsWith("/") ? text : Path.of("").toAbsolutePath() + "/" + text;
			int wildcard = 0;
			while (wildcard < glob.length() && "*?[{\\".indexOf(glob.charAt(wildcard)) < 0) {
				wildcard++;
			}
			int slash = glob.lastIndexOf('/', wildcard);
			long parts = glob.substring(slash).chars().filter((character) -> character == '/').count();
			return new Glob(Path.of((slash == 0) ? "/" : glob.substring(0, slash)),
					glob.contains("**") ? MAX_DEPTH : (int) parts,
					FileSystems.getDefault().getPathMatcher("glob:" + glob));
		}

	}

	/**
	 * Hands on what matches.
	 */
	private static final class Visitor extends SimpleFileVisitor<Path> {

		private final Glob glob;

		private final BiConsumer<Path, BasicFileAttributes> found;

		Visitor(Glob glob, BiConsumer<Path, BasicFileAttributes> found) {
			this.glob = glob;
			this.found = found;
		}

		@Override
		public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
			if (attributes.isRegularFile() && this.glob.matcher().matches(file) && !isCompressed(file)) {
				this.found.accept(file, attributes);
			}
			return FileVisitResult.CONTINUE;
		}

		@Override
		public FileVisitResult visitFileFailed(Path file, IOException ex) {
			return FileVisitResult.CONTINUE;
		}

		@Override
		public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException ex) {
			return FileVisitResult.CONTINUE;
		}

	}

}
