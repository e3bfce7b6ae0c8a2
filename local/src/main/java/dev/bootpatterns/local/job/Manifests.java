package dev.bootpatterns.local.job;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import dev.bootpatterns.local.SuiteFailure;

/**
 * Manifests of pipelines: files, and those that the suite brings.
 */
public final class Manifests {

	private Manifests() {
	}

	/**
	 * What the suite brings under a name.
	 * @param name of a pipeline, or of anything else
	 * @return its manifest, if there is one
	 * @throws IOException when it cannot be read
	 */
	public static Optional<String> brought(String name) throws IOException {
		if (!name.matches("[a-z0-9-]+")) {
			return Optional.empty();
		}
		try (InputStream manifest = Manifests.class.getResourceAsStream("/pipelines/%s.yaml".formatted(name))) {
			return (manifest != null) ? Optional.of(new String(manifest.readAllBytes(), StandardCharsets.UTF_8))
					: Optional.empty();
		}
	}

	/**
	 * The manifest that a user names.
	 * @param given a file, or the name of one that the suite brings
	 * @return its text; the owner checks it
	 * @throws IOException when it cannot be read
	 */
	public static String read(String given) throws IOException {
		Path file = Path.of(given);
		if (Files.isRegularFile(file)) {
			return Files.readString(file);
		}
		return brought(given)
			.orElseThrow(() -> new SuiteFailure("there is no manifest " + file.toAbsolutePath().normalize()));
	}

}
