package dev.bootpatterns.local.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.bootpatterns.local.SuiteFailure;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The option {@code --sample}.
 */
final class SampleOption {

	@Option(names = "--sample", paramLabel = "FILE",
			description = "An item that it must accept (default: a text, which it may reject).")
	@Nullable Path file;

	byte @Nullable [] content() {
		Path given = this.file;
		try {
			return (given != null) ? Files.readAllBytes(given) : null;
		}
		catch (IOException ex) {
			throw new SuiteFailure("--sample: cannot read %s".formatted(given), null, ex);
		}
	}

}
