package dev.bootpatterns.local.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import dev.bootpatterns.local.SuiteFailure;

/**
 * A Maven module of the checkout, and whether its jar is older than what it is made of.
 *
 * @param root the checkout
 * @param name the module's folder and artifact
 */
public record Module(Path root, String name) {

	/** What services are made of besides their own folders. */
	private static final List<String> SHARED = List.of("pom.xml", "service-parent/pom.xml", "service-parent/defaults",
			"sharding/pom.xml", "sharding/src/main", "fault-injection/pom.xml", "fault-injection/src/main");

	/**
	 * Written after a build: Maven leaves a jar as it is when its content would be the
	 * same.
	 */
	private static final String STAMP = "suite-built";

	/**
	 * The runnable jar.
	 * @return the jar; empty when the module was not built
	 */
	Optional<Path> jar() {
		Path target = folder().resolve("target");
		if (!Files.isDirectory(target)) {
			return Optional.empty();
		}
		try (Stream<Path> files = Files.list(target)) {
			return files.filter(this::isRunnable).findFirst();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private boolean isRunnable(Path file) {
		String fileName = file.getFileName().toString();
		return fileName.startsWith(this.name) && fileName.endsWith(".jar")
				&& Stream.of("-sources.jar", "-javadoc.jar", "-tests.jar").noneMatch(fileName::endsWith);
	}

	/**
	 * The runnable jar of a module that must have been built.
	 * @return the jar
	 */
	Path requireJar() {
		return jar().orElseThrow(() -> new SuiteFailure("there is no jar in %s".formatted(folder().resolve("target"))));
	}

	/**
	 * Whether there are sources.
	 * @return whether the folder is a module
	 */
	public boolean exists() {
		return Files.exists(folder().resolve("pom.xml"));
	}

	/**
	 * Whether the jar is missing or older than a source.
	 * @return whether it has to be built
	 */
	public boolean stale() {
		Optional<Path> jar = jar();
		return jar.isEmpty() || newestSource().isAfter(builtAt(jar.get()));
	}

	private Instant builtAt(Path jar) {
		Path stamp = folder().resolve("target").resolve(STAMP);
		Instant jarTime = changed(jar);
		Instant stampTime = Files.exists(stamp) ? lastModified(stamp) : Instant.MIN;
		return stampTime.isAfter(jarTime) ? stampTime : jarTime;
	}

	/**
	 * When a file was written. Not its modification time: reproducible builds give every
	 * jar the same one.
	 * @param file the file
	 * @return its last change, as the file system noted it
	 */
	static Instant changed(Path file) {
		try {
			return ((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Notes that the jar is as new as the sources were.
	 * @param startOfBuild sources changed later count as newer
	 * @throws IOException as the file system says
	 */
	void built(Instant startOfBuild) throws IOException {
		Path stamp = folder().resolve("target").resolve(STAMP);
		Files.writeString(stamp, "");
		Files.setLastModifiedTime(stamp, FileTime.from(startOfBuild));
	}

	private Instant newestSource() {
		return Stream
			.concat(SHARED.stream().map(this.root::resolve),
					Stream.of(folder().resolve("pom.xml"), folder().resolve("src").resolve("main")))
			.filter(Files::exists)
			.flatMap(Module::walk)
			.map(Module::lastModified)
			.max(Instant::compareTo)
			.orElse(Instant.MIN);
	}

	private static Stream<Path> walk(Path path) {
		try (Stream<Path> files = Files.walk(path)) {
			return files.filter(Files::isRegularFile).toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Instant lastModified(Path file) {
		try {
			return Files.getLastModifiedTime(file).toInstant();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Path folder() {
		return this.root.resolve(this.name);
	}

}
