package dev.bootpatterns.gateway.shard;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;

/**
 * Takes the sharding key out of a request.
 * <p>
 * A key of one part is that part's value as it is. One of several is their values in
 * order, each but the last with its length before it, {@code 4:acme42}: so different
 * values never make the same key, whatever characters they have.
 * <p>
 * A part that is missing or empty is replaced by the route's fallback, or the request is
 * refused: an empty value is most likely a mistake, and would send all that make it to
 * one shard.
 */
final class ShardKey {

	private final List<KeyPart> parts;

	private final @Nullable String fallback;

	/**
	 * A key made of parts.
	 * @param parts what it is made of
	 * @param fallback the value of a part that is missing; null to refuse the request
	 */
	ShardKey(List<KeyPart> parts, @Nullable String fallback) {
		this.parts = List.copyOf(parts);
		this.fallback = fallback;
	}

	/**
	 * The key of a request.
	 * @param exchange the request
	 * @return its key
	 * @throws ResponseStatusException 400 if a part is missing and there is no fallback
	 */
	String of(ServerWebExchange exchange) {
		int last = this.parts.size() - 1;
		if (last == 0) {
			return value(this.parts.getFirst(), exchange);
		}
		StringBuilder key = new StringBuilder();
		for (int i = 0; i < last; i++) {
			String value = value(this.parts.get(i), exchange);
			key.append(value.length()).append(':').append(value);
		}
		return key.append(value(this.parts.get(last), exchange)).toString();
	}

	private String value(KeyPart part, ServerWebExchange exchange) {
		String value = part.of(exchange);
		if (value != null && !value.isEmpty()) {
			return value;
		}
		if (this.fallback == null) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, part.missing(exchange));
		}
		return this.fallback;
	}

}
