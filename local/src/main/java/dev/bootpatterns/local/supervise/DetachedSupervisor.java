package dev.bootpatterns.local.supervise;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.bootpatterns.local.LocalApplication;
import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.build.AotCache;
import dev.bootpatterns.local.build.Jdk;
import dev.bootpatterns.local.state.SuiteHome;

/**
 * Starts this application once more, as a process that outlives the terminal: in a
 * session of its own, and from a copy of its jars, which Maven may then rebuild.
 */
public final class DetachedSupervisor {

	private static final List<String> FLAGS = List.of("-Xmx160m", "-Xss512k", "-XX:MaxDirectMemorySize=256m",
			"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:CompileThresholdScaling=0.5",
			"-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0", "-XX:+ExitOnOutOfMemoryError",
			"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

	private final SuiteHome home;

	private final Jdk jdk;

	public DetachedSupervisor(SuiteHome home, Jdk jdk) {
		this.home = home;
		this.jdk = jdk;
	}

	/**
	 * Records the AOT cache of the supervisor, by a {@code rehearse} in a process of its
	 * own.
	 * @return whether it was recorded
	 */
	public boolean recordCache() {
		Path log = this.home.log("train-supervisor");
		try {
			String classPath = classPath();
			AotCache cache = cache(classPath);
			if (cache.isUsable()) {
				return false;
			}
			Path recorded = cache.file().resolveSibling("supervisor.aot.new");
			Files.deleteIfExists(recorded);
			List<String> command = new ArrayList<>(List.of("nice", "-n", "19"));
			command.addAll(java(List.of("-XX:AOTCacheOutput=" + recorded), classPath));
			command.add("rehearse");
			start(command, log).onExit().join();
			if (Files.notExists(recorded)) {
				throw new SuiteFailure("the JVM recorded no AOT cache for the supervisor", log);
			}
			cache.publish(recorded);
			return true;
		}
		catch (IOException ex) {
			throw new SuiteFailure("cannot record the AOT cache of the supervisor: " + ex.getMessage(), log, ex);
		}
	}

	private AotCache cache(String classPath) throws IOException {
		Path jar = Path.of(classPath);
		String jarIdentity = Files.exists(jar) ? "%d %s".formatted(Files.size(jar), Files.getLastModifiedTime(jar))
				: "";
		return new AotCache(this.home.apps().resolve("local").resolve("supervisor.aot"),
				"%s%n%s%n%s".formatted(this.jdk.identity(), FLAGS, jarIdentity));
	}

	/**
	 * Starts a command of this application.
	 * @param log where its output goes
	 * @param arguments the command and its arguments
	 * @return the process
	 */
	public Process start(Path log, String... arguments) {
		return start(detached(), log, arguments);
	}

	/**
	 * Starts a command of this application that has time: it and all that it starts get
	 * what the other processes leave of the processors. On Linux that takes more than
	 * {@code nice}, which compares processes of one session only where sessions share the
	 * processors evenly ({@code sched(7)}, "The autogroup feature").
	 * @param log where its output goes
	 * @param arguments the command and its arguments
	 * @return the process
	 */
	public Process startInBackground(Path log, String... arguments) {
		return start(inBackground(), log, arguments);
	}

	private Process start(List<String> prefix, Path log, String... arguments) {
		try {
			String classPath = classPath();
			AotCache cache = cache(classPath);
			List<String> command = new ArrayList<>(prefix);
			command.addAll(java(cache.isUsable() ? cache.flags() : List.of(), classPath));
			command.addAll(List.of(arguments));
			return start(command, log);
		}
		catch (IOException ex) {
			throw new SuiteFailure("cannot start the supervisor: " + ex.getMessage(), log, ex);
		}
	}

	private List<String> java(List<String> more, String classPath) {
		List<String> command = new ArrayList<>(List.of(this.jdk.java().toString(), this.home.marker()));
		command.addAll(FLAGS);
		command.addAll(more);
		command.addAll(List.of("-Dsuite.root=" + this.home.root(), "-cp", classPath, LocalApplication.class.getName()));
		return command;
	}

	private Process start(List<String> command, Path log) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.home.directory().toFile())
			.redirectErrorStream(true)
			.redirectInput(new File("/dev/null"))
			.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
		makeAbsolute(builder.environment(), this.home);
		return builder.start();
	}

	/**
	 * The process has another working directory, where a relative path would lead
	 * elsewhere.
	 */
	static void makeAbsolute(Map<String, String> environment, SuiteHome home) {
		environment.put("SUITE_HOME", home.directory().toString());
		environment.computeIfPresent("SUITE_FILE",
				(name, file) -> file.isBlank() ? file : Path.of(file).toAbsolutePath().toString());
	}

	/**
	 * {@code setsid} where there is one; otherwise, as on macOS, a shell that makes the
	 * JVM inherit that Ctrl-C and the terminal's end are ignored.
	 */
	private static List<String> detached() {
		return hasSetsid() ? List.of("setsid") : List.of("sh", "-c", "trap '' HUP INT; exec \"$@\"", "suite");
	}

	private static boolean hasSetsid() {
		return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.anyMatch((folder) -> Files.isExecutable(Path.of(folder, "setsid")));
	}

	/** The file is that of the whole session, so only of one that was just made. */
	static List<String> inBackground() {
		List<String> prefix = new ArrayList<>(List.of("nice", "-n", "19"));
		prefix.addAll(detached());
		if (hasSetsid()) {
			prefix.addAll(List.of("sh", "-c",
					"if [ -w /proc/self/autogroup ]; then echo 19 >/proc/self/autogroup; fi; exec \"$@\"", "suite"));
		}
		return prefix;
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
