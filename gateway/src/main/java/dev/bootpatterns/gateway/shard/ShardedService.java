package dev.bootpatterns.gateway.shard;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.web.server.ServerWebExchange;

import reactor.core.publisher.Mono;

/**
 * A service whose replicas or backends have each their share of the keys.
 */
interface ShardedService {

	/**
	 * Sends a request to one that has its key.
	 * @param exchange the request
	 * @param chain the rest of the filter chain, which makes the call
	 * @param key the request's key
	 * @return completes when the exchange has an answer
	 */
	Mono<Void> route(ServerWebExchange exchange, GatewayFilterChain chain, String key);

}
