package dev.bootpatterns.worker.exec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one run: the item, the output, and whatever the program leaves, all of it
 * gone afterwards. Nobody else can read it.
 */
final class Workspace implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Workspace.class);

	private final Path directory;

	private Workspace(Path directory) {
		this.directory = directory;
	}

	static Workspace create(Path parent, ByteBuffer content) throws IOException {
		Workspace workspace = new Workspace(Files.createTempDirectory(parent, "item-",
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
		try {
			workspace.write(content);
			return workspace;
		}
		catch (IOException | RuntimeException ex) {
			workspace.close();
			throw ex;
		}
	}

	private void write(ByteBuffer content) throws IOException {
		try (ByteChannel file = Files.newByteChannel(item(),
				Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
			while (content.hasRemaining()) {
				file.write(content);
			}
		}
	}

	Path directory() {
		return this.directory;
	}

	Path item() {
		return this.directory.resolve("item");
	}

	/** Where the program may write; not there before it does. */
	Path output() {
		return this.directory.resolve("output");
	}

	/** Whether there is any output; a link or a folder in its place is none. */
	boolean hasOutput() throws IOException {
		return Files.isRegularFile(output(), LinkOption.NOFOLLOW_LINKS) && Files.size(output()) > 0;
	}

	@Override
	public void close() {
		try {
			Files.walkFileTree(this.directory, new Deletion());
		}
		catch (IOException ex) {
			logger.warn("What a program has left in {} cannot be deleted", this.directory, ex);
		}
	}

	private static final class Deletion extends SimpleFileVisitor<Path> {

		@Override
		public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
			Files.delete(file);
			return FileVisitResult.CONTINUE;
		}

		@Override
		public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
			if (failure != null) {
				throw failure;
			}
			Files.delete(folder);
			return FileVisitResult.CONTINUE;
		}

	}

}
