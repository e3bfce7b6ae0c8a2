package dev.bootpatterns.logadapter.follow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The files that the adapter writes itself. To follow one would make a line out of every
 * line, for ever: its output folder, the file that its standard output goes to, and
 * whatever else it is told.
 */
public final class OwnFiles {

	private final Path outputDirectory;

	private final Set<FileIdentity> identities;

	private final PathGlobs excluded;

	private OwnFiles(Path outputDirectory, Set<FileIdentity> identities, PathGlobs excluded) {
		this.outputDirectory = outputDirectory;
		this.identities = identities;
		this.excluded = excluded;
	}

	/**
	 * Finds them.
	 * @param outputDirectory the output folder, which exists
	 * @param excluded what else is not to be followed
	 * @return the files
	 * @throws IOException if the folder cannot be looked at
	 */
	public static OwnFiles find(Path outputDirectory, PathGlobs excluded) throws IOException {
		Set<FileIdentity> identities = new HashSet<>();
		// Linux tells where standard output and error go; elsewhere the lines themselves
		// tell, by the adapter's name and process number.
		for (String descriptor : List.of("1", "2")) {
			Path target = Path.of("/proc/self/fd", descriptor);
			try {
				BasicFileAttributes attributes = Files.readAttributes(target, BasicFileAttributes.class);
				if (attributes.isRegularFile()) {
					identities.add(FileIdentity.of(target, attributes));
				}
			}
			catch (NoSuchFileException ex) {
				// Closed, or another operating system.
			}
		}
		return new OwnFiles(outputDirectory.toRealPath(), identities, excluded);
	}

	boolean contains(Path path, FileIdentity identity) throws IOException {
		return this.identities.contains(identity) || this.excluded.matches(path)
				|| path.toRealPath().startsWith(this.outputDirectory);
	}

}
