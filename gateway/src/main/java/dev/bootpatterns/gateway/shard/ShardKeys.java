package dev.bootpatterns.gateway.shard;

import java.util.Arrays;

import dev.bootpatterns.gateway.country.ClientCountry;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Reads how a route names its key: {@code path}, {@code path:/users/{id}/**},
 * {@code header:NAME}, {@code query:NAME}, {@code cookie:NAME}, {@code country}, or
 * several of them with {@code +} between.
 */
@Component
class ShardKeys {

	private static final String KNOWN = "path, path:TEMPLATE, header:NAME, query:NAME, cookie:NAME, country, "
			+ "and several of these with + between";

	private static final String TOKEN_MARKS = "!#$%&'*-.^_`|~";

	private final ClientCountry country;

	ShardKeys(ClientCountry country) {
		this.country = country;
	}

	/**
	 * Reads a key's name.
	 * @param text the name
	 * @param fallback the value of a part that is missing; null to refuse the request
	 * @return what takes the key out of a request
	 * @throws IllegalArgumentException naming what is wrong
	 */
	ShardKey parse(String text, @Nullable String fallback) {
		if (fallback != null && fallback.isBlank()) {
			throw new IllegalArgumentException("the fallback is empty");
		}
		return new ShardKey(Arrays.stream(text.split("\\+", -1)).map(String::strip).map(this::part).toList(), fallback);
	}

	private KeyPart part(String text) {
		int colon = text.indexOf(':');
		String name = text.substring(colon + 1);
		return switch ((colon >= 0) ? text.substring(0, colon + 1) : text) {
			case "path" -> KeyParts.restOfPath();
			case "path:" -> new PathTemplate(name);
			case "header:" -> KeyParts.header(token(text, name));
			case "query:" -> KeyParts.query(named(text, name));
			case "cookie:" -> KeyParts.cookie(token(text, name));
			case "country" -> country();
			default -> throw new IllegalArgumentException("'%s' is unknown; known are %s".formatted(text, KNOWN));
		};
	}

	private KeyPart country() {
		if (!this.country.isKnown()) {
			throw new IllegalArgumentException("'country' needs a table: gateway.country.table");
		}
		return KeyParts.country(this.country::of);
	}

	private static String named(String text, String name) {
		if (name.isEmpty()) {
			throw new IllegalArgumentException("'%s' names nothing".formatted(text));
		}
		return name;
	}

	/** What headers and cookies may be named (RFC 9110, section 5.6.2). */
	private static String token(String text, String name) {
		boolean valid = name.chars()
			.allMatch((c) -> c < 0x80 && (Character.isLetterOrDigit(c) || TOKEN_MARKS.indexOf(c) >= 0));
		if (!valid) {
			throw new IllegalArgumentException("'%s': '%s' is no valid name".formatted(text, name));
		}
		return named(text, name);
	}

}
