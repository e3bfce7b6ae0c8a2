package dev.bootpatterns.local.state;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

import dev.bootpatterns.local.SuiteFailure;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON in files and in answers. A file is replaced as a whole, so a reader never sees
 * half of it.
 */
public final class Json {

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(SerializationFeature.INDENT_OUTPUT)
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	private Json() {
	}

	public static String write(Object value) {
		return MAPPER.writeValueAsString(value);
	}

	public static JsonNode tree(String json) {
		return MAPPER.readTree(json);
	}

	/**
	 * Reads a file.
	 * @param <T> the type
	 * @param file the file
	 * @param type what it holds
	 * @return its content; empty when there is no such file
	 */
	public static <T> Optional<T> read(Path file, Class<T> type) {
		try {
			return Files.exists(file) ? Optional.of(MAPPER.readValue(Files.readAllBytes(file), type))
					: Optional.empty();
		}
		catch (IOException | JacksonException ex) {
			throw new SuiteFailure("cannot read %s; './suite down' and deleting it helps".formatted(file), file, ex);
		}
	}

	/**
	 * Replaces a file.
	 * @param file the file
	 * @param value its new content
	 * @throws IOException as the file system says, also for a full disk
	 */
	public static void replace(Path file, Object value) throws IOException {
		Path temporary = file.resolveSibling(file.getFileName() + ".new");
		Files.deleteIfExists(temporary);
		Secrets.write(temporary, write(value) + System.lineSeparator());
		try {
			Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (AtomicMoveNotSupportedException ex) {
			Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
		}
	}

}
