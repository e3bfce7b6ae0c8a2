package dev.bootpatterns.system.kubernetes;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a service of ours can be told by an environment variable: the metadata of its own
 * properties and of those of the libraries in its jar.
 */
final class Settings {

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	private static final JsonMapper JSON = JsonMapper.builder().build();

	/** As variables; of maps and lists how they begin. */
	private final Set<String> names = new HashSet<>();

	private final Set<String> beginnings = new HashSet<>();

	Settings(String module) {
		Path target = Kustomize.FOLDER.resolveSibling(module).resolve("target");
		try (Stream<Path> files = Files.list(target)) {
			Path jar = files.filter((file) -> file.getFileName().toString().matches(module + "-[0-9].*\\.jar"))
				.filter((file) -> !file.toString().endsWith("-plain.jar"))
				.findFirst()
				.orElseThrow(() -> new AssertionError("there is no jar of " + module + ": mvn package makes it"));
			try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(jar))) {
				read(zip);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void read(ZipInputStream zip) throws IOException {
		for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
			if (entry.getName().endsWith(METADATA)) {
				add(JSON.readTree(zip.readAllBytes()));
			}
			else if (entry.getName().endsWith(".jar")) {
				read(new ZipInputStream(new Unclosed(zip)));
			}
		}
	}

	private void add(JsonNode metadata) {
		for (JsonNode property : metadata.path("properties")) {
			String name = property.path("name").asString().toUpperCase(Locale.ROOT).replace('.', '_');
			List<String> variables = List.of(name.replace("-", ""), name.replace('-', '_'));
			this.names.addAll(variables);
			String type = property.path("type").asString("");
			if (type.startsWith("java.util.Map") || type.startsWith("java.util.List")) {
				variables.forEach((variable) -> this.beginnings.add(variable + "_"));
			}
		}
	}

	/**
	 * Whether that is one of them: hyphens go, or are underscores, both of which Spring
	 * Boot reads.
	 */
	boolean know(String variable) {
		return this.names.contains(variable) || this.beginnings.stream().anyMatch(variable::startsWith);
	}

	/** An entry of a zip, which its reader must not close. */
	private static final class Unclosed extends FilterInputStream {

		Unclosed(InputStream in) {
			super(in);
		}

		@Override
		public void close() {
		}

	}

}
