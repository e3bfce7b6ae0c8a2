package dev.bootpatterns.gateway.scatter;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.UriUtils;

/** Reads what a client says, and writes what a leaf is asked. */
final class Parameters {

	private Parameters() {
	}

	static long whole(String name, @Nullable String text, long otherwise, long min, long max) {
		if (text == null) {
			return otherwise;
		}
		try {
			long number = Long.parseLong(text.strip());
			if (number >= min && number <= max) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// The answer is the same as for a number out of range.
		}
		throw invalid("%s must be a whole number from %d to %d".formatted(name, min, max));
	}

	static double share(String name, @Nullable String text, double otherwise) {
		if (text == null) {
			return otherwise;
		}
		try {
			double number = Double.parseDouble(text.strip());
			if (number >= 0 && number <= 1) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// The answer is the same as for a number out of range.
		}
		throw invalid("%s must be a number from 0 to 1".formatted(name));
	}

	/** Whether a parameter that has one value only is there. */
	static boolean flag(MultiValueMap<String, String> parameters, String name, String value) {
		String given = parameters.getFirst(name);
		if (given != null && !given.equals(value)) {
			throw invalid("'%s' must be %s".formatted(name, value));
		}
		return given != null;
	}

	static ResponseStatusException invalid(String detail) {
		return new ResponseStatusException(HttpStatus.BAD_REQUEST, detail);
	}

	/**
	 * Encoded anew: a client may send what a URI does not allow, such as {@code int[]}.
	 */
	static String query(MultiValueMap<String, String> parameters) {
		List<String> pairs = new ArrayList<>();
		parameters.forEach((name, values) -> values
			.forEach((value) -> pairs.add(encoded(name) + "=" + encoded((value != null) ? value : ""))));
		return String.join("&", pairs);
	}

	private static String encoded(String text) {
		return UriUtils.encode(text, StandardCharsets.UTF_8);
	}

}
