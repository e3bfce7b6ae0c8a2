package dev.bootpatterns.worker.queue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import dev.bootpatterns.worker.WorkItem;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.stereotype.Component;

/**
 * Message to item, strictly: all headers of the contract must be there and valid. Text
 * and numbers are accepted in any AMQP type, for brokers and clients differ in those.
 */
@Component
class ItemReader {

	private static final int MAX_ID_BYTES = 512;

	private static final TypeReference<Map<String, @Nullable Object>> JSON_OBJECT = new TypeReference<>() {
	};

	private final JsonMapper json;

	ItemReader(JsonMapper json) {
		this.json = json;
	}

	WorkItem read(Message message) throws UnreadableException {
		MessageProperties properties = message.getMessageProperties();
		String job = text(properties, "X-Job");
		String id = text(properties, "X-Item");
		if (id.getBytes(StandardCharsets.UTF_8).length > MAX_ID_BYTES) {
			throw new UnreadableException("X-Item", "is longer than %d bytes of UTF-8".formatted(MAX_ID_BYTES));
		}
		long attempt = number(properties, "X-Attempt");
		if (attempt < 1 || attempt > Integer.MAX_VALUE) {
			throw new UnreadableException("X-Attempt", "is not a number from 1");
		}
		String handler = text(properties, "X-Handler");
		long term = number(properties, "X-Owner-Term");
		return new WorkItem(job, id, (int) attempt, handler, parameters(properties),
				Objects.toString(properties.getHeader("X-Owner-Database"), ""), term,
				ByteBuffer.wrap(message.getBody()));
	}

	private static String text(MessageProperties properties, String header) throws UnreadableException {
		// A text over 1 KiB arrives as the client's LongString: its toString() is the
		// text.
		String text = Objects.toString(properties.getHeader(header), "");
		if (text.isBlank()) {
			throw new UnreadableException(header, "is missing");
		}
		return text;
	}

	private static long number(MessageProperties properties, String header) throws UnreadableException {
		try {
			return Long.parseLong(text(properties, header));
		}
		catch (NumberFormatException ex) {
			throw new UnreadableException(header, "is not a whole number");
		}
	}

	private Map<String, Object> parameters(MessageProperties properties) throws UnreadableException {
		try {
			Map<String, Object> parameters = new HashMap<>();
			this.json.readValue(text(properties, "X-Parameters"), JSON_OBJECT).forEach((name, value) -> {
				if (value != null) {
					parameters.put(name, value);
				}
			});
			return parameters;
		}
		catch (JacksonException ex) {
			throw new UnreadableException("X-Parameters", "is not a JSON object");
		}
	}

}
