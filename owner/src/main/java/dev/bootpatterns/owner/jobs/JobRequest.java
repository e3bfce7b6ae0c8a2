package dev.bootpatterns.owner.jobs;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import dev.bootpatterns.owner.sources.Sources;
import dev.bootpatterns.owner.web.Problems;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A job as it is asked for, checked.
 *
 * @param source where its items come from, one that there is
 * @param handler what is done with them; only a worker knows whether it has it
 * @param parameters what the handler is told, a JSON object
 * @param priority from 0 to 9, the most urgent; 4 if it does not matter
 * @param orderBy which of its items are worked on one after the other; null: any at once
 */
record JobRequest(String source, String handler, Map<String, Object> parameters, int priority,
		@Nullable OrderBy orderBy) {

	static final int NORMAL = 4;

	private static final int HIGHEST = 9;

	/** They travel in a header of each item. */
	private static final int MAX_PARAMETERS = 4096;

	private static final Pattern HANDLER = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

	private static final Set<String> FIELDS = Set.of("source", "handler", "parameters", "priority", "orderBy");

	static JobRequest of(JsonNode body, Sources sources, JsonMapper json) {
		if (!body.isObject()) {
			throw Problems.badField("body", "must be a JSON object with source and handler");
		}
		for (String field : body.propertyNames()) {
			if (!FIELDS.contains(field)) {
				throw Problems.badField(shorten(field),
						"is not a field of a job: there are source, handler, parameters, priority, orderBy");
			}
		}
		String source = text(body, "source");
		if (sources.find(source).isEmpty()) {
			throw Problems.badField("source", "is not one of the sources here: " + sources.names());
		}
		return new JobRequest(source, handler(body, "handler"), parameters(body.path("parameters"), "parameters", json),
				priority(body.path("priority")), orderBy(body.path("orderBy"), "orderBy"));
	}

	static String handler(JsonNode body, String field) {
		JsonNode value = body.path("handler");
		if (!value.isString() || !HANDLER.matcher(value.stringValue()).matches()) {
			throw Problems.badField(field, "is required and must be a name of at most 64 of a-z, 0-9 and -");
		}
		return value.stringValue();
	}

	private static String text(JsonNode body, String field) {
		JsonNode value = body.path(field);
		if (!value.isString() || value.stringValue().isBlank()) {
			throw Problems.badField(field, "is required and must be a text");
		}
		return value.stringValue();
	}

	private static int priority(JsonNode value) {
		if (value.isMissingNode() || value.isNull()) {
			return NORMAL;
		}
		if (!value.isInt() || value.intValue() < 0 || value.intValue() > HIGHEST) {
			throw Problems.badField("priority",
					"must be a whole number from 0 to %d, the most urgent".formatted(HIGHEST));
		}
		return value.intValue();
	}

	static @Nullable OrderBy orderBy(JsonNode value, String field) {
		if (value.isMissingNode() || value.isNull()) {
			return null;
		}
		return (value.isString() ? OrderBy.of(value.stringValue()) : Optional.<OrderBy>empty())
			.orElseThrow(() -> Problems.badField(field, "must be all, folder or segment:N, with N from 1 to 99"));
	}

	static Map<String, Object> parameters(JsonNode value, String field, JsonMapper json) {
		if (value.isMissingNode() || value.isNull()) {
			return Map.of();
		}
		if (!value.isObject()) {
			throw Problems.badField(field, "must be a JSON object");
		}
		requireBounded(field, value, json);
		return json.convertValue(value, new TypeReference<Map<String, Object>>() {
		});
	}

	static void requireBounded(String field, Object parameters, JsonMapper json) {
		if (json.writeValueAsBytes(parameters).length > MAX_PARAMETERS) {
			throw Problems.badField(field, "must not be longer than %d bytes".formatted(MAX_PARAMETERS));
		}
		if (json.writeValueAsString(parameters).contains("\\u0000")) {
			throw Problems.badField(field, "must not contain the character U+0000");
		}
	}

	static String shorten(String field) {
		return (field.length() <= 64) ? field : field.substring(0, 64) + "…";
	}

}
