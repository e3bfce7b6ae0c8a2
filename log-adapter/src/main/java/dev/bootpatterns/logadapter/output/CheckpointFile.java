package dev.bootpatterns.logadapter.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps the checkpoint on disk. It is replaced as a whole, so that there always is one
 * that can be read.
 */
final class CheckpointFile {

	private static final Logger log = LoggerFactory.getLogger(CheckpointFile.class);

	private final Path file;

	private final Path next;

	private final JsonMapper json;

	private final OutputChannel.Opener opener;

	CheckpointFile(Path directory, JsonMapper json, OutputChannel.Opener opener) {
		this.file = directory.resolve("checkpoint.json");
		this.next = directory.resolve("checkpoint.json.next");
		this.json = json;
		this.opener = opener;
	}

	Checkpoint read() throws IOException {
		if (!Files.exists(this.file)) {
			return Checkpoint.NONE;
		}
		try {
			return this.json.readValue(Files.readAllBytes(this.file), Checkpoint.class);
		}
		catch (JacksonException ex) {
			log.error("{} cannot be read: going on by what the output itself tells", this.file, ex);
			return Checkpoint.NONE;
		}
	}

	void write(Checkpoint checkpoint) throws IOException {
		byte[] bytes = this.json.writeValueAsBytes(checkpoint);
		try (OutputChannel channel = this.opener.open(this.next)) {
			channel.truncate(0);
			channel.write(ByteBuffer.wrap(bytes), 0);
			channel.force();
		}
		Files.move(this.next, this.file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

}
