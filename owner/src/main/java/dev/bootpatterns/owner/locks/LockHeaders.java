package dev.bootpatterns.owner.locks;

import java.util.regex.Pattern;

import dev.bootpatterns.owner.web.Problems;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/**
 * Numbers that clients send in headers.
 */
final class LockHeaders {

	static final String TOKEN = "X-Lock-Token";

	private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

	private LockHeaders() {
	}

	static @Nullable Long token(@Nullable String value) {
		return (value != null) ? number(TOKEN, value.strip()) : null;
	}

	static long requiredToken(@Nullable String value) {
		Long token = token(value);
		if (token == null) {
			throw required(TOKEN, "the token of the grant that you end");
		}
		return token;
	}

	/** A strong entity tag: weak ones and lists cannot be compared and swapped. */
	static @Nullable Long version(@Nullable String ifMatch) {
		if (ifMatch == null) {
			return null;
		}
		String tag = ifMatch.strip();
		if (tag.length() < 3 || !tag.startsWith("\"") || !tag.endsWith("\"")) {
			throw Problems.badField("If-Match", "must be one version in quotes, as an ETag gives it");
		}
		return number("If-Match", tag.substring(1, tag.length() - 1));
	}

	static org.springframework.web.ErrorResponseException required(String header, String what) {
		var problem = Problems.of(HttpStatus.PRECONDITION_REQUIRED, "'%s' is required: %s.".formatted(header, what));
		problem.getBody().setProperty("field", header);
		return problem;
	}

	private static long number(String header, String value) {
		if (!NUMBER.matcher(value).matches()) {
			throw Problems.badField(header, "must be a number that this service gave");
		}
		return Long.parseLong(value);
	}

	/**
	 * What the client saw last; anything else than a version of ours is as if nothing.
	 */
	static @Nullable Long seen(@Nullable String lastEventId) {
		return (lastEventId != null && NUMBER.matcher(lastEventId).matches()) ? Long.valueOf(lastEventId) : null;
	}

}
