package dev.bootpatterns.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of this checkout.
 */
final class Checkout {

	static final Path ROOT = Path.of(System.getProperty("checkout", "..")).toAbsolutePath().normalize();

	private Checkout() {
	}

	/** The folders of the modules that have code. */
	static List<Path> modules() {
		try (Stream<Path> folders = Files.list(ROOT)) {
			return folders.filter((folder) -> Files.isDirectory(folder.resolve("src/main/java"))).sorted().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The files with this ending, but for what is built or hidden. */
	static List<Path> files(String ending) {
		try (Stream<Path> files = Files.find(ROOT, 20,
				(file, attributes) -> attributes.isRegularFile() && file.toString().endsWith(ending))) {
			return files.filter((file) -> {
				String inside = "/" + ROOT.relativize(file);
				return !inside.contains("/target/") && !inside.contains("/.");
			}).sorted().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
