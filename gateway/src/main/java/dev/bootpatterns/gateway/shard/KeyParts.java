package dev.bootpatterns.gateway.shard;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriUtils;

/**
 * The parts that a key can be made of, except a path's variable. Where a request has
 * several of one name, the first counts, as it does for most of those who read it.
 */
final class KeyParts {

	private KeyParts() {
	}

	/**
	 * What follows the fixed part of the route's pattern: with
	 * {@code Path=/documents/**}, all after {@code /documents/}. It is taken from the
	 * path as the client sent it and percent-decoded once, as the shard does it.
	 */
	static KeyPart restOfPath() {
		return new KeyPart() {

			@Override
			public @Nullable String of(ServerWebExchange exchange) {
				String path = exchange.getRequest().getURI().getRawPath();
				String prefix = prefix(exchange);
				return path.startsWith(prefix) ? decoded(path.substring(prefix.length())) : null;
			}

			@Override
			public String missing(ServerWebExchange exchange) {
				return "The path has no key after " + prefix(exchange);
			}

			private String prefix(ServerWebExchange exchange) {
				String pattern = exchange
					.getAttributeOrDefault(ServerWebExchangeUtils.GATEWAY_PREDICATE_MATCHED_PATH_ATTR, "/**");
				return pattern.endsWith("**") ? pattern.substring(0, pattern.length() - 2) : pattern;
			}

			private String decoded(String rest) {
				try {
					return UriUtils.decode(rest, StandardCharsets.UTF_8);
				}
				catch (IllegalArgumentException ex) {
					throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
							"The path's percent-encoding is malformed", ex);
				}
			}

		};
	}

	static KeyPart header(String name) {
		return part("header " + name, (request) -> request.getHeaders().getFirst(name));
	}

	static KeyPart query(String name) {
		return part("query parameter " + name, (request) -> {
			String query = request.getURI().getRawQuery();
			try {
				return (query != null) ? Pairs.ofQuery(query, name) : null;
			}
			catch (IllegalArgumentException ex) {
				throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "The query's percent-encoding is malformed",
						ex);
			}
		});
	}

	static KeyPart cookie(String name) {
		return part("cookie " + name, (request) -> {
			List<String> lines = request.getHeaders().getOrEmpty(HttpHeaders.COOKIE);
			for (int i = 0; i < lines.size(); i++) {
				String value = Pairs.ofCookies(lines.get(i), name);
				if (value != null) {
					return value;
				}
			}
			return null;
		});
	}

	static KeyPart country(Function<ServerHttpRequest, @Nullable String> countries) {
		return part("known country", countries);
	}

	private static KeyPart part(String what, Function<ServerHttpRequest, @Nullable String> value) {
		String missing = "The request has no %s, by which requests are sharded".formatted(what);
		return new KeyPart() {

			@Override
			public @Nullable String of(ServerWebExchange exchange) {
				return value.apply(exchange.getRequest());
			}

			@Override
			public String missing(ServerWebExchange exchange) {
				return missing;
			}

		};
	}

}
