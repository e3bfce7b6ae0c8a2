package dev.bootpatterns.local.build;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.state.SuiteHome;

/**
 * The AOT cache of {@code ./suite} itself, so that a command answers at once. The script
 * offers it to the JVM when it is newer than the jar; a JVM that it does not fit ignores
 * it.
 */
public final class CommandLineCache {

	private final SuiteHome home;

	private final Jdk jdk;

	public CommandLineCache(SuiteHome home, Jdk jdk) {
		this.home = home;
		this.jdk = jdk;
	}

	/**
	 * Records it, unless there is a newer one than the jar.
	 * @return whether it was recorded
	 */
	public boolean record() {
		Path jar = this.home.root().resolve("local").resolve("target").resolve("local.jar");
		Path cache = this.home.run().resolve("cli.aot");
		Path recorded = cache.resolveSibling("cli.aot.new");
		Path log = this.home.log("train-local");
		try {
			if (Files.notExists(jar) || (Files.exists(cache)
					&& Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) > 0)) {
				return false;
			}
			Files.deleteIfExists(recorded);
			Process process = new ProcessBuilder(List.of("nice", "-n", "19", this.jdk.java().toString(),
					"-XX:AOTCacheOutput=" + recorded, this.home.marker(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
					"-Xmx128m", "--enable-native-access=ALL-UNNAMED", "-Dsuite.root=" + this.home.root(), "-jar",
					jar.toString(), "status", "--json"))
				.redirectErrorStream(true)
				.redirectInput(new File("/dev/null"))
				.redirectOutput(log.toFile())
				.start();
			process.onExit().join();
			if (Files.notExists(recorded)) {
				throw new SuiteFailure("the JVM recorded no AOT cache for ./suite", log);
			}
			Files.move(recorded, cache, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
			return true;
		}
		catch (IOException ex) {
			throw new SuiteFailure("cannot record the AOT cache of ./suite: " + ex.getMessage(), log, ex);
		}
	}

}
