package dev.bootpatterns.local.cli;

import java.io.IOException;
import java.util.concurrent.Callable;

import dev.bootpatterns.local.SuiteFailure;
import picocli.CommandLine.Command;

/**
 * {@code ./suite test}.
 */
@Command(name = "test", mixinStandardHelpOptions = true, description = "Runs all tests: mvn verify.")
final class TestCommand implements Callable<Integer> {

	@Override
	public Integer call() {
		try {
			Process maven = new ProcessBuilder("mvn", "-B", "verify").directory(SuiteCommand.home().root().toFile())
				.inheritIO()
				.start();
			return maven.onExit().join().exitValue();
		}
		catch (IOException ex) {
			throw new SuiteFailure("cannot run mvn: Apache Maven 3.6.3 or later has to be on the PATH", null, ex);
		}
	}

}
