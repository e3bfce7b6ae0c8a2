package dev.bootpatterns.local.supervise;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.bootpatterns.local.LocalApplication;
import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.build.Jdk;
import dev.bootpatterns.local.state.SuiteHome;

/**
 * Starts this application once more, as a process that outlives the terminal: in a
 * session of its own, and from a copy of its jars, which Maven may then rebuild.
 */
public final class DetachedSupervisor {

	private static final List<String> FLAGS = List.of("-Xmx160m", "-Xss512k", "-XX:MaxDirectMemorySize=256m",
			"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError",
			"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

	private final SuiteHome home;

	private final Jdk jdk;

	public DetachedSupervisor(SuiteHome home, Jdk jdk) {
		this.home = home;
		this.jdk = jdk;
	}

	/**
	 * Starts a command of this application.
	 * @param log where its output goes
	 * @param arguments the command and its arguments
	 * @return the process
	 */
	public Process start(Path log, String... arguments) {
		List<String> command = new ArrayList<>(detached());
		command.add(this.jdk.java().toString());
		command.add(this.home.marker());
		command.addAll(FLAGS);
		command.add("-Dsuite.root=" + this.home.root());
		try {
			command.addAll(List.of("-cp", classPath(), LocalApplication.class.getName()));
			command.addAll(List.of(arguments));
			return new ProcessBuilder(command).directory(this.home.directory().toFile())
				.redirectErrorStream(true)
				.redirectInput(new File("/dev/null"))
				.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
				.start();
		}
		catch (IOException ex) {
			throw new SuiteFailure("cannot start the supervisor: " + ex.getMessage(), log, ex);
		}
	}

	/**
	 * {@code setsid} where there is one; otherwise, as on macOS, a shell that makes the
	 * JVM inherit that Ctrl-C and the terminal's end are ignored.
	 */
	private static List<String> detached() {
		boolean setsid = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.anyMatch((folder) -> Files.isExecutable(Path.of(folder, "setsid")));
		return setsid ? List.of("setsid") : List.of("sh", "-c", "trap '' HUP INT; exec \"$@\"", "suite");
	}

	private String classPath() throws IOException {
		Path jar = ownJar();
		if (Files.isDirectory(jar)) {
			return System.getProperty("java.class.path");
		}
		Path copy = this.home.apps().resolve("local");
		Files.createDirectories(copy.resolve("lib"));
		copyIfChanged(jar, copy.resolve("local.jar"));
		try (Stream<Path> libraries = Files.list(jar.resolveSibling("lib"))) {
			for (Path library : libraries.toList()) {
				copyIfChanged(library, copy.resolve("lib").resolve(library.getFileName()));
			}
		}
		return copy.resolve("local.jar").toString();
	}

	private static Path ownJar() {
		try {
			return Path.of(LocalApplication.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		}
		catch (java.net.URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void copyIfChanged(Path from, Path to) throws IOException {
		if (Files.notExists(to) || Files.size(from) != Files.size(to)
				|| !Files.getLastModifiedTime(from).equals(Files.getLastModifiedTime(to))) {
			Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
		}
	}

}
