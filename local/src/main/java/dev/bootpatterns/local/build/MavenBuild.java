package dev.bootpatterns.local.build;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.LogTail;
import dev.bootpatterns.local.state.SuiteHome;

/**
 * Builds what is stale, with the user's own Maven.
 */
public final class MavenBuild {

	private static final int LINES_SHOWN = 25;

	private final SuiteHome home;

	public MavenBuild(SuiteHome home) {
		this.home = home;
	}

	/**
	 * The modules that have to be built.
	 * @param names the modules that are needed
	 * @return those whose jar is missing or older than its sources
	 */
	public List<Module> stale(List<String> names) {
		List<Module> modules = names.stream().distinct().map((name) -> new Module(this.home.root(), name)).toList();
		modules.stream().filter((module) -> !module.exists()).findFirst().ifPresent((module) -> {
			throw new SuiteFailure(
					"%s has no folder %s: is the checkout complete?".formatted(this.home.root(), module.name()));
		});
		return modules.stream().filter(Module::stale).toList();
	}

	/**
	 * Packages modules and what they depend on, without tests.
	 * @param modules what to build
	 * @throws SuiteFailure with the end of Maven's output when the build fails
	 */
	public void build(List<Module> modules) {
		Path log = this.home.log("build");
		Instant start = Instant.now();
		List<String> command = new ArrayList<>(
				List.of("mvn", "-B", "-q", "-Dmaven.test.skip=true", "-Dspring-javaformat.validate.skip=true", "-pl",
						String.join(",", modules.stream().map(Module::name).toList()), "-am", "package"));
		try {
			Process maven = new ProcessBuilder(command).directory(this.home.root().toFile())
				.redirectErrorStream(true)
				.redirectInput(new File("/dev/null"))
				.redirectOutput(log.toFile())
				.start();
			int exitCode = waitFor(maven);
			if (exitCode != 0) {
				throw new SuiteFailure("the build failed%n%s".formatted(LogTail.of(log, LINES_SHOWN)), log);
			}
			for (Module module : modules) {
				module.built(start);
			}
		}
		catch (IOException ex) {
			if (Files.notExists(log)) {
				throw new SuiteFailure("cannot write %s: %s".formatted(log, ex.getMessage()), null, ex);
			}
			throw new SuiteFailure(
					"cannot run mvn: Apache Maven 3.6.3 or later has to be on the PATH (%s)".formatted(ex.getMessage()),
					log, ex);
		}
	}

	private static int waitFor(Process maven) {
		Thread hook = Thread.ofPlatform().unstarted(maven::destroy);
		Runtime.getRuntime().addShutdownHook(hook);
		int exitCode = maven.onExit().join().exitValue();
		Runtime.getRuntime().removeShutdownHook(hook);
		return exitCode;
	}

}
