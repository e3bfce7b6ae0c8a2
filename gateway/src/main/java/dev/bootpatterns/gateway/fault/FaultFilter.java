package dev.bootpatterns.gateway.fault;

import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;

/**
 * Faults come at the entrance, before any other filter of a route. Probes and
 * {@code /actuator} have no route: who injects faults is to look well.
 */
final class FaultFilter implements GlobalFilter, Ordered {

	private final Faults faults;

	FaultFilter(Faults faults) {
		this.faults = faults;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		return Mono.defer(this.faults::inject).then(Mono.defer(() -> chain.filter(exchange)));
	}

}
