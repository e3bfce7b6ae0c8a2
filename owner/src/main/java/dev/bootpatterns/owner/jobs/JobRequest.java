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
		String handler = text(body, "handler");
		if (!HANDLER.matcher(handler).matches()) {
			throw Problems.badField("handler", "must be a name of at most 64 of a-z, 0-9 and -");
		}
		return new JobRequest(source, handler, parameters(body.path("parameters"), json),
				priority(body.path("priority")), orderBy(body.path("orderBy")));
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

	private static @Nullable OrderBy orderBy(JsonNode value) {
		if (value.isMissingNode() || value.isNull()) {
			return null;
		}
		return (value.isString() ? OrderBy.of(value.stringValue()) : Optional.<OrderBy>empty())
			.orElseThrow(() -> Problems.badField("orderBy", "must be all, folder or segment:N, with N from 1 to 99"));
	}

	private static Map<String, Object> parameters(JsonNode value, JsonMapper json) {
		if (value.isMissingNode() || value.isNull()) {
			return Map.of();
		}
		if (!value.isObject()) {
			throw Problems.badField("parameters", "must be a JSON object");
		}
		if (json.writeValueAsBytes(value).length > MAX_PARAMETERS) {
			throw Problems.badField("parameters", "must not be longer than %d bytes".formatted(MAX_PARAMETERS));
		}
		if (json.writeValueAsString(value).contains("\\u0000")) {
			throw Problems.badField("parameters", "must not contain the character U+0000");
		}
		return json.convertValue(value, new TypeReference<Map<String, Object>>() {
		});
	}

	private static String shorten(String field) {
		return (field.length() <= 64) ? field : field.substring(0, 64) + "…";
	}

}
