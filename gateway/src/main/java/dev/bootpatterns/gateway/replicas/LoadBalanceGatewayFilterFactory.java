package dev.bootpatterns.gateway.replicas;

import java.util.List;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.stereotype.Component;

/**
 * {@code LoadBalance=owners}: the replicated load-balanced service. Any ready replica of
 * the named service answers; the next one is tried when it fails.
 */
@Component
class LoadBalanceGatewayFilterFactory extends AbstractGatewayFilterFactory<LoadBalanceGatewayFilterFactory.Config> {

	private final ReplicaDirectory replicas;

	private final ReplicaRouting routing;

	LoadBalanceGatewayFilterFactory(ReplicaDirectory replicas, ReplicaRouting routing) {
		super(Config.class);
		this.replicas = replicas;
		this.routing = routing;
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of("service");
	}

	@Override
	public GatewayFilter apply(Config config) {
		this.replicas.watch(config.service());
		return new OrderedGatewayFilter(
				(exchange, chain) -> this.routing.route(exchange, chain,
						() -> this.replicas.ofService(config.service())),
				RouteToRequestUrlFilter.ROUTE_TO_URL_FILTER_ORDER + 1);
	}

	/**
	 * What a route says.
	 *
	 * @param service the service's name in discovery
	 */
	record Config(String service) {
	}

}
