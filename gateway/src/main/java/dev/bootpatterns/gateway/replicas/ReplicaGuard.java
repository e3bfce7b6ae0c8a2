package dev.bootpatterns.gateway.replicas;

import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.reactor.bulkhead.operator.BulkheadOperator;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import reactor.core.publisher.Mono;

import org.springframework.stereotype.Component;

/**
 * Puts a circuit breaker and a bulkhead, one of each for every replica, around a call.
 * Either refuses at once with an exception that lets the caller go on to another replica.
 */
@Component
public class ReplicaGuard {

	private final CircuitBreakerRegistry breakers;

	private final BulkheadRegistry bulkheads;

	ReplicaGuard(CircuitBreakerRegistry breakers, BulkheadRegistry bulkheads) {
		this.breakers = breakers;
		this.bulkheads = bulkheads;
	}

	/**
	 * Guards a call.
	 * @param <T> what it answers
	 * @param replica the replica that is called
	 * @param call the call; its errors are failures of the replica
	 * @return the guarded call
	 */
	public <T> Mono<T> guard(Replica replica, Mono<T> call) {
		return call.transformDeferred(BulkheadOperator.of(this.bulkheads.bulkhead(replica.id())))
			.transformDeferred(CircuitBreakerOperator.of(this.breakers.circuitBreaker(replica.id())));
	}

}
