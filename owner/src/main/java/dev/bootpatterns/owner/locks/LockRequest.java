package dev.bootpatterns.owner.locks;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

import dev.bootpatterns.owner.web.Problems;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.convert.DurationStyle;

/**
 * What is asked for, checked.
 *
 * @param holder what the client calls itself
 * @param ttl for how long it wants the lock
 */
record LockRequest(String holder, Duration ttl) {

	private static final Duration SHORTEST = Duration.ofSeconds(1);

	private static final Duration LONGEST = Duration.ofHours(1);

	private static final int MAX_HOLDER = 256;

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

	private static final Set<String> FIELDS = Set.of("ttl", "holder");

	static LockRequest of(JsonNode body) {
		if (!body.isObject()) {
			throw Problems.badField("body", "must be a JSON object with ttl and holder");
		}
		for (String field : body.propertyNames()) {
			if (!FIELDS.contains(field)) {
				throw Problems.badField((field.length() <= 64) ? field : field.substring(0, 64) + "…",
						"is not a field of a lock: there are ttl, holder");
			}
		}
		return new LockRequest(holder(body.path("holder")), ttl(body.path("ttl")));
	}

	/** A name as it may stand in a path, or 400. */
	static String name(String name) {
		if (!NAME.matcher(name).matches()) {
			throw Problems.badField("name",
					"must be at most 128 of A-Z, a-z, 0-9, '.', '_' and '-', and begin with a letter or a digit");
		}
		return name;
	}

	private static String holder(JsonNode value) {
		if (!value.isString() || value.stringValue().isBlank() || value.stringValue().length() > MAX_HOLDER
				|| value.stringValue().chars().anyMatch(Character::isISOControl) || hasLoneSurrogate(value)) {
			throw Problems.badField("holder",
					"is required and must be a text of at most %d characters, none of them control characters"
						.formatted(MAX_HOLDER));
		}
		return value.stringValue();
	}

	private static boolean hasLoneSurrogate(JsonNode value) {
		return value.stringValue()
			.codePoints()
			.anyMatch((point) -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
	}

	private static Duration ttl(JsonNode value) {
		Duration ttl = (value.isIntegralNumber() && value.canConvertToInt()) ? Duration.ofMillis(value.intValue())
				: value.isString() ? parse(value.stringValue()) : Duration.ZERO;
		if (ttl.compareTo(SHORTEST) < 0 || ttl.compareTo(LONGEST) > 0) {
			throw Problems.badField("ttl",
					"is required and must be a duration from 1s to 1h, as 10s, 1500ms or PT10S, or a number of milliseconds");
		}
		return ttl;
	}

	/** Zero, which is no ttl, if it is no duration. */
	private static Duration parse(String text) {
		try {
			return DurationStyle.detectAndParse(text);
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			return Duration.ZERO;
		}
	}

}
