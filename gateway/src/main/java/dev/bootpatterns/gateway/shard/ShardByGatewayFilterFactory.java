package dev.bootpatterns.gateway.shard;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import dev.bootpatterns.gateway.hotkeys.HotKeyCaches;
import dev.bootpatterns.gateway.replicas.ReplicaDirectory;
import dev.bootpatterns.gateway.replicas.ReplicaRouting;
import dev.bootpatterns.gateway.topology.TopologyClient;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.cloud.gateway.support.HasRouteId;
import org.springframework.stereotype.Component;

/**
 * {@code ShardBy=path}: the sharded service. What a request's key is, {@link ShardKeys}
 * reads from the route; who has the key, a {@link ShardedService} decides: a list of
 * backends of that name if there is one, else the owner's topology.
 */
@Component
class ShardByGatewayFilterFactory extends AbstractGatewayFilterFactory<ShardByGatewayFilterFactory.Config> {

	private final ShardKeys keys;

	private final StaticServices fixed;

	private final TopologyClient topology;

	private final ReplicaDirectory replicas;

	private final ReplicaRouting routing;

	private final HotKeyCaches hotKeys;

	private final HttpClientProperties client;

	ShardByGatewayFilterFactory(ShardKeys keys, StaticServices fixed, TopologyClient topology,
			ReplicaDirectory replicas, ReplicaRouting routing, HotKeyCaches hotKeys, HttpClientProperties client) {
		super(Config.class);
		this.keys = keys;
		this.fixed = fixed;
		this.topology = topology;
		this.replicas = replicas;
		this.routing = routing;
		this.hotKeys = hotKeys;
		this.client = client;
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of("key", "service", "fallback");
	}

	@Override
	public GatewayFilter apply(Config config) {
		ShardKey key = key(config);
		ShardedService service = service(config.service);
		return new OrderedGatewayFilter((exchange, chain) -> service.route(exchange, chain, key.of(exchange)),
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

	private ShardedService service(String name) {
		Optional<StaticService> backends = this.fixed.find(name);
		if (backends.isPresent()) {
			return backends.get();
		}
		this.topology.require(name);
		return new TopologyService(name, this.topology, this.replicas, this.routing, this.hotKeys.of(name),
				Objects.requireNonNull(this.client.getResponseTimeout(), "response-timeout is required"));
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
		 * @param service its name, in {@code gateway.static} or in discovery
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
