package dev.bootpatterns.gateway.fault;

import java.util.concurrent.CompletableFuture;

import dev.bootpatterns.fault.Faults;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

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
		return Mono.defer(this::injected).then(Mono.defer(() -> chain.filter(exchange)));
	}

	private Mono<Void> injected() {
		CompletableFuture<Void> injected = this.faults.inject();
		Mono<Void> completion = Mono.fromFuture(injected);
		return injected.isDone() ? completion : completion.publishOn(Schedulers.parallel());
	}

}
