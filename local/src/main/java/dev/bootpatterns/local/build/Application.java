package dev.bootpatterns.local.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.state.SuiteHome;

/**
 * A service's jar as it is run: extracted under {@code .suite/apps/<module>}, which
 * starts quicker than the nested jar, is what an AOT cache needs, and lets Maven rebuild
 * the original while the suite runs.
 */
public final class Application {

	private final Module module;

	private final Path folder;

	private final Path logFile;

	private final Jdk jdk;

	public Application(SuiteHome home, String module, Jdk jdk) {
		this.module = new Module(home.root(), module);
		this.folder = home.apps().resolve(module);
		this.logFile = home.log("build");
		this.jdk = jdk;
	}

	/**
	 * Extracts the jar, unless that was done.
	 */
	public void extract() {
		Path source = this.module.requireJar();
		Path stamp = this.folder.resolve("extracted-from");
		try {
			String identity = "%s %d %s".formatted(source.getFileName(), Files.size(source), Module.changed(source));
			if (Files.exists(stamp) && Files.readString(stamp).equals(identity)) {
				return;
			}
			deleteTree(this.folder);
			Path fresh = this.folder.resolveSibling(this.folder.getFileName() + ".new");
			deleteTree(fresh);
			runExtraction(source, fresh);
			Files.move(fresh.resolve(source.getFileName()), fresh.resolve(jarName()));
			Files.writeString(fresh.resolve("extracted-from"), identity);
			Files.move(fresh, this.folder, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			throw new SuiteFailure("cannot extract %s to %s: %s".formatted(source, this.folder, ex.getMessage()), null,
					ex);
		}
	}

	private void runExtraction(Path source, Path destination) throws IOException {
		Process process = new ProcessBuilder(this.jdk.java().toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
				"-Xshare:auto", "-Djarmode=tools", "-jar", source.toString(), "extract", "--destination",
				destination.toString())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(this.logFile.toFile()))
			.start();
		int exitCode = process.onExit().join().exitValue();
		if (exitCode != 0) {
			throw new SuiteFailure("cannot extract %s: exit code %d".formatted(source, exitCode), this.logFile);
		}
	}

	/**
	 * The command that runs a process of this application.
	 * @param process the process
	 * @return program and arguments
	 */
	public List<String> command(PlannedProcess process) {
		return command(process, cacheFlags(process));
	}

	List<String> command(PlannedProcess process, List<String> more) {
		List<String> command = new ArrayList<>();
		command.add(this.jdk.java().toString());
		command.addAll(process.java());
		command.addAll(more);
		command.addAll(List.of("-jar", this.folder.resolve(jarName()).toString()));
		return command;
	}

	/** Without the version: it is the name by which people find the process. */
	private String jarName() {
		return this.module.name() + ".jar";
	}

	private List<String> cacheFlags(PlannedProcess process) {
		AotCache cache = cache(process);
		return cache.isUsable() ? cache.flags() : List.of();
	}

	/**
	 * The application's AOT cache, shared by all its processes.
	 * @param process one of them, whose flags the cache must fit
	 * @return the cache, which need not exist
	 */
	AotCache cache(PlannedProcess process) {
		List<String> flags = process.java().stream().filter((flag) -> !flag.startsWith("-Xmx")).toList();
		return new AotCache(this.folder.resolve("app.aot"),
				this.jdk.identity() + "\n" + String.join(" ", flags) + "\n" + extractedFrom());
	}

	private String extractedFrom() {
		try {
			Path stamp = this.folder.resolve("extracted-from");
			return Files.exists(stamp) ? Files.readString(stamp) : "";
		}
		catch (IOException ex) {
			throw new SuiteFailure("cannot read " + this.folder, null, ex);
		}
	}

	private static void deleteTree(Path folder) throws IOException {
		if (Files.notExists(folder)) {
			return;
		}
		try (Stream<Path> files = Files.walk(folder)) {
			for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
				Files.delete(file);
			}
		}
	}

}
