package dev.bootpatterns.gateway.replicas;

import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.reactor.bulkhead.operator.BulkheadOperator;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import reactor.core.publisher.Mono;

import org.springframework.stereotype.Component;

/**
 * Puts a bulkhead and a circuit breaker around a call to a replica. Either refuses at
 * once with an exception that lets the caller go on to another replica.
 * <p>
 * The bulkhead is a replica's; the breaker is a replica's for one use: a replica whose
 * database is gone still searches. What the bulkhead refuses, the breaker does not hear
 * of: being busy is no failure.
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
	 * @param use what for: {@code requests}, {@code search}
	 * @param call the call; its errors are failures of the replica
	 * @return the guarded call
	 */
	public <T> Mono<T> guard(Replica replica, String use, Mono<T> call) {
		return call.transformDeferred(CircuitBreakerOperator.of(this.breakers.circuitBreaker(replica.id() + "-" + use)))
			.transformDeferred(BulkheadOperator.of(this.bulkheads.bulkhead(replica.id())));
	}

}
