package dev.bootpatterns.gateway.shard;

import org.jspecify.annotations.Nullable;

import org.springframework.web.server.ServerWebExchange;

/**
 * One thing in a request that a sharding key is made of.
 */
interface KeyPart {

	/**
	 * Takes it out of a request.
	 * @param exchange the request
	 * @return its value; null or empty if the request has none
	 */
	@Nullable String of(ServerWebExchange exchange);

	/**
	 * What to tell a client whose request has none.
	 * @param exchange the request
	 * @return a sentence that names what is missing
	 */
	String missing(ServerWebExchange exchange);

}
