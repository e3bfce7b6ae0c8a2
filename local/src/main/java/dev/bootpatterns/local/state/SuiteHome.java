package dev.bootpatterns.local.state;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.bootpatterns.local.SuiteFailure;

/**
 * Where one suite lives: its checkout, its state and its ports. Two suites with different
 * directories and port offsets can run beside each other on one machine.
 *
 * @param root the checkout
 * @param directory everything that the suite writes, {@code .suite/} unless
 * {@code SUITE_HOME} says otherwise; only its owner may enter it
 * @param portOffset added to every port, 0 to 40000
 */
public record SuiteHome(Path root, Path directory, int portOffset) {

	/**
	 * The system property that every process of a suite carries on its command line, with
	 * the directory as value: by it a process is known as ours.
	 */
	public static final String MARKER = "suite.home";

	public SuiteHome {
		root = root.toAbsolutePath().normalize();
		directory = directory.toAbsolutePath().normalize();
		if (portOffset < 0 || portOffset > 40_000) {
			throw new SuiteFailure("SUITE_PORT_OFFSET is %d: give 0 to 40000".formatted(portOffset));
		}
	}

	/**
	 * As the environment says: {@code SUITE_HOME} and {@code SUITE_PORT_OFFSET}.
	 * @param environment the variables
	 * @param root the checkout
	 * @return the home, not created yet
	 */
	public static SuiteHome of(Map<String, String> environment, Path root) {
		String home = environment.getOrDefault("SUITE_HOME", "");
		String offset = environment.getOrDefault("SUITE_PORT_OFFSET", "");
		try {
			return new SuiteHome(root, home.isBlank() ? root.resolve(".suite") : Path.of(home),
					offset.isBlank() ? 0 : Integer.parseInt(offset.strip()));
		}
		catch (NumberFormatException ex) {
			throw new SuiteFailure("SUITE_PORT_OFFSET is '%s': give a whole number".formatted(offset), null, ex);
		}
	}

	/**
	 * Makes the directories, readable by their owner alone.
	 * @throws SuiteFailure when the directory holds something else: it would be closed to
	 * others, and its files taken for the suite's
	 */
	public void create() {
		try {
			if (holdsSomethingElse()) {
				throw new SuiteFailure(
						"%s is not empty and holds no suite: give a new or an empty directory as SUITE_HOME"
							.formatted(this.directory));
			}
			Files.createDirectories(this.directory);
			Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwx------"));
			for (Path child : List.of(run(), apps(), logs())) {
				Files.createDirectories(child);
			}
		}
		catch (FileSystemException ex) {
			throw new SuiteFailure("cannot write to %s: %s".formatted(this.directory, reason(ex)), null, ex);
		}
		catch (IOException ex) {
			throw new SuiteFailure("cannot write to %s".formatted(this.directory), null, ex);
		}
	}

	/** A suite has the two from its first moment on; the user may delete others. */
	private boolean holdsSomethingElse() throws IOException {
		if (Files.notExists(this.directory) || (Files.isDirectory(run()) && Files.isDirectory(apps()))) {
			return false;
		}
		try (Stream<Path> content = Files.list(this.directory)) {
			return content.findAny().isPresent();
		}
	}

	private static String reason(FileSystemException failure) {
		String reason = failure.getReason();
		return (reason != null) ? reason : failure.getClass().getSimpleName();
	}

	/**
	 * A port of this suite.
	 * @param standard the port with an offset of 0
	 * @return the port with this suite's offset
	 */
	public int port(int standard) {
		return standard + this.portOffset;
	}

	/**
	 * The argument by which a process of this suite is known.
	 * @return a JVM argument
	 */
	public String marker() {
		return "-D%s=%s".formatted(MARKER, this.directory);
	}

	public Path logs() {
		return this.directory.resolve("logs");
	}

	public Path log(String name) {
		return logs().resolve(name + ".log");
	}

	public Path run() {
		return this.directory.resolve("run");
	}

	public Path apps() {
		return this.directory.resolve("apps");
	}

	public Path database() {
		return this.directory.resolve("postgres");
	}

	/**
	 * From where jobs take sources other than the corpus.
	 * @return a folder, there once a job needed it
	 */
	public Path sources() {
		return this.directory.resolve("sources");
	}

	public Path adminToken() {
		return this.directory.resolve("admin-token");
	}

	/**
	 * What the suite was started with, or was scaled to.
	 * @return the file
	 */
	public Path options() {
		return run().resolve("options.json");
	}

	/**
	 * Where a command asks the supervisor for other numbers of processes.
	 * @return the file, there while nobody has taken the request
	 */
	public Path resize() {
		return run().resolve("resize.json");
	}

	public Path state() {
		return this.directory.resolve("state.json");
	}

}
