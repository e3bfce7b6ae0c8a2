package dev.bootpatterns.gateway.shard;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Finds the first value of a name in a query or in a {@code Cookie} header without taking
 * the rest apart: no maps, no regular expressions, one pass.
 */
final class Pairs {

	private Pairs() {
	}

	/**
	 * The first value of a query parameter.
	 * @param query the query as the client sent it
	 * @param name the parameter's name
	 * @return its value, decoded as forms are; null if there is none
	 */
	static @Nullable String ofQuery(String query, String name) {
		for (int from = 0; from < query.length();) {
			int end = end(query, '&', from);
			int equals = query.indexOf('=', from, end);
			if (equals >= 0 && isNamed(query, from, equals, name)) {
				return decoded(query.substring(equals + 1, end));
			}
			from = end + 1;
		}
		return null;
	}

	/**
	 * The first value of a cookie.
	 * @param header one line of the header
	 * @param name the cookie's name, upper and lower case distinguished
	 * @return its value as it stands, without quotes around it; null if there is none
	 */
	static @Nullable String ofCookies(String header, String name) {
		for (int from = 0; from < header.length();) {
			int end = end(header, ';', from);
			while (from < end && header.charAt(from) == ' ') {
				from++;
			}
			if (header.startsWith(name, from) && header.startsWith("=", from + name.length())) {
				String value = header.substring(from + name.length() + 1, end).strip();
				boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
				return quoted ? value.substring(1, value.length() - 1) : value;
			}
			from = end + 1;
		}
		return null;
	}

	private static int end(String text, char separator, int from) {
		int end = text.indexOf(separator, from);
		return (end >= 0) ? end : text.length();
	}

	private static boolean isNamed(String query, int from, int equals, String name) {
		if (equals - from == name.length() && query.startsWith(name, from)) {
			return true;
		}
		return isEncoded(query, from, equals) && decoded(query.substring(from, equals)).equals(name);
	}

	private static boolean isEncoded(String text, int from, int to) {
		return text.indexOf('%', from, to) >= 0 || text.indexOf('+', from, to) >= 0;
	}

	private static String decoded(String text) {
		return isEncoded(text, 0, text.length()) ? URLDecoder.decode(text, StandardCharsets.UTF_8) : text;
	}

}
