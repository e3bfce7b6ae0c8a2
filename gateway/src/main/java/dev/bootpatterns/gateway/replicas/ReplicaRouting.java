package dev.bootpatterns.gateway.replicas;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.bootpatterns.gateway.GatewayProperties;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;

/**
 * Sends a request down the filter chain to one replica after the other, until one
 * answers.
 * <p>
 * The chain ends when a replica's status and headers are here, before any of its answer
 * goes to the client: so a bad answer can still be thrown away. A request's body is read
 * once, bounded, because it may be needed again.
 */
@Component
public class ReplicaRouting {

	private static final int MAX_ATTEMPTS = 3;

	private static final String USE = "requests";

	private final ReplicaGuard guard;

	private final RetryBudget budget;

	private final RequestBodies bodies;

	ReplicaRouting(ReplicaGuard guard, RequestBodies bodies, GatewayProperties properties, MeterRegistry meters) {
		this.guard = guard;
		this.budget = new RetryBudget(properties.retryBudget(), USE, meters);
		this.bodies = bodies;
	}

	/**
	 * Routes a request.
	 * @param exchange the request
	 * @param chain the rest of the filter chain, which makes the call
	 * @param candidates the replicas that may answer
	 * @return completes when the exchange has a replica's answer; fails with 503 if none
	 * can be reached, 504 if the last one took too long, 413, 408 or 503 if the body is
	 * too large, too slow, or one too many
	 */
	public Mono<Void> route(ServerWebExchange exchange, GatewayFilterChain chain, Candidates candidates) {
		this.budget.request();
		return this.bodies.buffered(exchange,
				(request) -> new Routing(request, chain, candidates, new HashSet<>()).attempt());
	}

	/**
	 * Whether a replica failed so often that another should be asked, if there is one.
	 * @param replica the replica
	 * @return whether it is ejected for now
	 */
	public boolean isEjected(Replica replica) {
		return this.guard.isEjected(replica, USE);
	}

	/** One request on its way. */
	private final class Routing {

		private final ServerWebExchange exchange;

		private final GatewayFilterChain chain;

		private final Candidates candidates;

		private final Set<Replica> tried;

		Routing(ServerWebExchange exchange, GatewayFilterChain chain, Candidates candidates, Set<Replica> tried) {
			this.exchange = exchange;
			this.chain = chain;
			this.candidates = candidates;
			this.tried = tried;
		}

		Mono<Void> attempt() {
			return next().map(this::attempt).orElseGet(() -> Mono.error(unavailable(null)));
		}

		private Mono<Void> attempt(Replica replica) {
			this.tried.add(replica);
			return ReplicaRouting.this.guard.guard(replica, USE, call(replica).then(error(ReplicaFailure.FAILED)))
				// Not in the guard: a replica that says that a slot is not its is well.
				.then(error(ReplicaFailure.NOT_REACHED))
				.onErrorResume(this::otherwise);
		}

		private Mono<Void> call(Replica replica) {
			return Mono.defer(() -> {
				var uri = this.exchange.getRequest().getURI();
				this.exchange.getAttributes()
					.put(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR,
							replica.resolve(uri.getRawPath(), uri.getRawQuery()));
				return this.chain.filter(this.exchange.mutate()
					.request((request) -> request.headers(this.candidates::describe))
					.build());
			});
		}

		/** An error, if what the replica answered is a failure of this kind. */
		private Mono<Void> error(ReplicaFailure kind) {
			return Mono.defer(() -> {
				HttpStatusCode status = this.exchange.getResponse().getStatusCode();
				return (status != null && ReplicaFailure.of(status) == kind) ? Mono.error(new BadAnswer(status))
						: Mono.empty();
			});
		}

		private Mono<Void> otherwise(Throwable failure) {
			HttpStatusCode status = (failure instanceof BadAnswer answer) ? answer.status : null;
			ReplicaFailure kind = (status != null) ? ReplicaFailure.of(status) : ReplicaFailure.of(failure);
			ServerHttpRequest request = this.exchange.getRequest();
			boolean misdirected = HttpStatus.MISDIRECTED_REQUEST.equals(status);
			Mono<Void> prepared = misdirected ? this.candidates.misdirected() : Mono.empty();
			return prepared.then(Mono.defer(() -> {
				if (this.tried.size() < MAX_ATTEMPTS && kind.allowsRetry(request.getMethod(), request.getHeaders())) {
					Optional<Replica> next = next();
					if (next.isPresent() && ReplicaRouting.this.budget.tryRetry(kind)) {
						ServerWebExchangeUtils.reset(this.exchange);
						return attempt(next.get());
					}
				}
				return finalAnswer(failure, misdirected);
			}));
		}

		/**
		 * A replica's own bad answer goes to the client, unless it is one between replica
		 * and gateway.
		 */
		private Mono<Void> finalAnswer(Throwable failure, boolean misdirected) {
			if (failure instanceof BadAnswer && !misdirected) {
				return Mono.empty();
			}
			ServerWebExchangeUtils.reset(this.exchange);
			return Mono.error((failure instanceof ResponseStatusException) ? failure : unavailable(failure));
		}

		private Optional<Replica> next() {
			ServerHttpRequest request = this.exchange.getRequest();
			boolean repeatable = ReplicaFailure.FAILED.allowsRetry(request.getMethod(), request.getHeaders());
			return ReplicaRouting.this.guard.order(USE, this.candidates.untried(this.tried), repeatable)
				.stream()
				.findFirst();
		}

	}

	private static ResponseStatusException unavailable(@Nullable Throwable cause) {
		return new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "No replica can be reached", cause);
	}

	/**
	 * An answer that means that the replica failed, as an exception for the circuit
	 * breaker.
	 */
	private static final class BadAnswer extends RuntimeException {

		private final transient HttpStatusCode status;

		BadAnswer(HttpStatusCode status) {
			super("answered " + status, null, false, false);
			this.status = status;
		}

	}

}
