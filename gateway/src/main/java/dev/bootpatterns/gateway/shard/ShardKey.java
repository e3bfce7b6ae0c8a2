package dev.bootpatterns.gateway.shard;

import java.nio.charset.StandardCharsets;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriUtils;

/**
 * Takes the sharding key out of a request.
 */
@FunctionalInterface
interface ShardKey {

	/**
	 * The key of a request.
	 * @param exchange the request
	 * @return its key
	 * @throws ResponseStatusException 400 if it has none
	 */
	String of(ServerWebExchange exchange);

	/**
	 * Reads how a route names the key.
	 * @param name {@code path}
	 * @return what takes it out of a request
	 * @throws IllegalArgumentException naming what is not known
	 */
	static ShardKey parse(String name) {
		if (name.equals("path")) {
			return ShardKey::restOfPath;
		}
		throw new IllegalArgumentException("ShardBy=%s: known is 'path'".formatted(name));
	}

	/**
	 * What follows the fixed part of the route's pattern: with
	 * {@code Path=/documents/**}, all after {@code /documents/}. It is taken from the
	 * path as the client sent it and percent-decoded once, as the shard does it.
	 */
	private static String restOfPath(ServerWebExchange exchange) {
		String pattern = exchange.getAttributeOrDefault(ServerWebExchangeUtils.GATEWAY_PREDICATE_MATCHED_PATH_ATTR,
				"/**");
		String path = exchange.getRequest().getURI().getRawPath();
		String prefix = pattern.endsWith("**") ? pattern.substring(0, pattern.length() - 2) : pattern;
		if (!path.startsWith(prefix) || path.length() == prefix.length()) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "The path has no key after " + prefix);
		}
		try {
			return UriUtils.decode(path.substring(prefix.length()), StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "The path's percent-encoding is malformed", ex);
		}
	}

}
