package dev.bootpatterns.owner.jobs;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import dev.bootpatterns.owner.sources.Sources;
import dev.bootpatterns.owner.web.Problems;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A job as it is asked for, checked.
 *
 * @param source where its items come from, one that there is
 * @param handler what is done with them; only a worker knows whether it has it
 * @param parameters what the handler is told, a JSON object
 */
record JobRequest(String source, String handler, Map<String, Object> parameters) {

	/** They travel in a header of each item. */
	private static final int MAX_PARAMETERS = 4096;

	private static final Pattern HANDLER = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

	private static final Set<String> FIELDS = Set.of("source", "handler", "parameters");

	static JobRequest of(JsonNode body, Sources sources, JsonMapper json) {
		if (!body.isObject()) {
			throw Problems.badField("body", "must be a JSON object with source and handler");
		}
		for (String field : body.propertyNames()) {
			if (!FIELDS.contains(field)) {
				throw Problems.badField(shorten(field),
						"is not a field of a job: there are source, handler, parameters");
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
		return new JobRequest(source, handler, parameters(body.path("parameters"), json));
	}

	private static String text(JsonNode body, String field) {
		JsonNode value = body.path(field);
		if (!value.isString() || value.stringValue().isBlank()) {
			throw Problems.badField(field, "is required and must be a text");
		}
		return value.stringValue();
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
