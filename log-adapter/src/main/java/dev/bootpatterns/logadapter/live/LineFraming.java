package dev.bootpatterns.logadapter.live;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

import org.springframework.http.MediaType;

/**
 * How entries are put into a response that does not end.
 */
enum LineFraming {

	/**
	 * One JSON object a line. A sign of life is an empty line; what was dropped is an
	 * object of its own, {@code {"dropped":n}}.
	 */
	NDJSON(MediaType.APPLICATION_NDJSON_VALUE, "", "", "\n", "\n"),

	/**
	 * Server-sent events. A sign of life is a comment; what was dropped is an event of
	 * the type {@code dropped}.
	 */
	EVENTS(MediaType.TEXT_EVENT_STREAM_VALUE, "data:", "event:dropped\ndata:", "\n\n", ":\n\n");

	private final String contentType;

	private final String entryPrefix;

	private final String droppedPrefix;

	private final String suffix;

	private final String heartbeat;

	LineFraming(String contentType, String entryPrefix, String droppedPrefix, String suffix, String heartbeat) {
		this.contentType = contentType;
		this.entryPrefix = entryPrefix;
		this.droppedPrefix = droppedPrefix;
		this.suffix = suffix;
		this.heartbeat = heartbeat;
	}

	String contentType() {
		return this.contentType;
	}

	void write(OutputStream out, Subscription.Batch batch) throws IOException {
		if (batch.dropped() > 0) {
			write(out, this.droppedPrefix + "{\"dropped\":" + batch.dropped() + "}" + this.suffix);
		}
		for (Published entry : batch.entries()) {
			write(out, entry);
		}
		if (batch.entries().isEmpty() && !batch.closed()) {
			write(out, this.heartbeat);
		}
	}

	void write(OutputStream out, Published entry) throws IOException {
		write(out, this.entryPrefix);
		out.write(entry.json());
		write(out, this.suffix);
	}

	private static void write(OutputStream out, String text) throws IOException {
		out.write(text.getBytes(StandardCharsets.UTF_8));
	}

}
