package dev.bootpatterns.gateway.shard;

import java.util.List;

import dev.bootpatterns.gateway.replicas.Candidates;
import dev.bootpatterns.gateway.replicas.Replica;
import dev.bootpatterns.gateway.replicas.ReplicaDirectory;
import dev.bootpatterns.gateway.replicas.ReplicaRouting;
import dev.bootpatterns.gateway.topology.TopologyClient;
import dev.bootpatterns.sharding.Topology;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.cloud.gateway.support.HasRouteId;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

/**
 * {@code ShardBy=path}: the sharded service. The request's key decides its slot, the
 * topology decides the slot's shard, and any ready replica of that shard answers. When a
 * shard says 421, the topology is fetched anew and the request sent again, without the
 * client noticing.
 */
@Component
class ShardByGatewayFilterFactory extends AbstractGatewayFilterFactory<ShardByGatewayFilterFactory.Config> {

	private final ShardKeys keys;

	private final TopologyClient topology;

	private final ReplicaDirectory replicas;

	private final ReplicaRouting routing;

	ShardByGatewayFilterFactory(ShardKeys keys, TopologyClient topology, ReplicaDirectory replicas,
			ReplicaRouting routing) {
		super(Config.class);
		this.keys = keys;
		this.topology = topology;
		this.replicas = replicas;
		this.routing = routing;
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of("key", "service", "fallback");
	}

	@Override
	public GatewayFilter apply(Config config) {
		ShardKey key = key(config);
		this.topology.require(config.service);
		return new OrderedGatewayFilter(
				(exchange, chain) -> this.routing.route(exchange, chain,
						new OwnersOf(key.of(exchange), config.service)),
				RouteToRequestUrlFilter.ROUTE_TO_URL_FILTER_ORDER + 1);
	}

	private ShardKey key(Config config) {
		try {
			return this.keys.parse(config.key, config.fallback);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"Route %s: ShardBy=%s: %s".formatted(config.routeId, config.key, ex.getMessage()), ex);
		}
	}

	/** The replicas of the shard that owns a key. */
	private final class OwnersOf implements Candidates {

		private final String key;

		private final String service;

		OwnersOf(String key, String service) {
			this.key = key;
			this.service = service;
		}

		@Override
		public List<Replica> list() {
			Topology current = ShardByGatewayFilterFactory.this.topology.current()
				.orElseThrow(
						() -> new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "No topology is known yet"));
			return ShardByGatewayFilterFactory.this.replicas.ofShard(this.service, current.shardOf(this.key));
		}

		@Override
		public Mono<Void> misdirected() {
			return ShardByGatewayFilterFactory.this.topology.refresh();
		}

	}

	/**
	 * What a route says: {@code ShardBy=key}, {@code ShardBy=key,service} or
	 * {@code ShardBy=key,service,fallback}.
	 */
	static class Config implements HasRouteId {

		private String key = "path";

		private String service = "shards";

		private @Nullable String fallback;

		private String routeId = "";

		/**
		 * What the key is taken from.
		 * @param key as {@link ShardKeys} reads it
		 */
		public void setKey(String key) {
			this.key = key;
		}

		/**
		 * The sharded service.
		 * @param service its name in discovery
		 */
		public void setService(String service) {
			this.service = service;
		}

		/**
		 * What stands for a part of the key that a request does not have.
		 * @param fallback the value; without one such a request gets 400
		 */
		public void setFallback(String fallback) {
			this.fallback = fallback;
		}

		@Override
		public void setRouteId(String routeId) {
			this.routeId = routeId;
		}

		@Override
		public String getRouteId() {
			return this.routeId;
		}

	}

}
