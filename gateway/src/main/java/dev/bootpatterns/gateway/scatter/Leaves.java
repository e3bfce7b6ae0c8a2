package dev.bootpatterns.gateway.scatter;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import dev.bootpatterns.gateway.GatewayProperties;
import dev.bootpatterns.gateway.replicas.Replica;
import dev.bootpatterns.gateway.replicas.ReplicaDirectory;
import dev.bootpatterns.gateway.replicas.ReplicaFailure;
import dev.bootpatterns.gateway.replicas.ReplicaGuard;
import dev.bootpatterns.gateway.replicas.RetryBudget;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Asks one replica of a shard, and another if the first fails or takes more than half of
 * the time.
 */
@Component
class Leaves {

	private static final String USE = "search";

	private final ReplicaDirectory replicas;

	private final ReplicaGuard guard;

	private final RetryBudget budget;

	private final WebClient http;

	private final MeterRegistry meters;

	/** A replica is expected to answer in this time: a tenth of the default deadline. */
	private final Duration fair;

	Leaves(ReplicaDirectory replicas, ReplicaGuard guard, RetryBudget budget, WebClient replicaClient,
			MeterRegistry meters, GatewayProperties properties) {
		this.replicas = replicas;
		this.guard = guard;
		this.budget = budget;
		this.http = replicaClient;
		this.meters = meters;
		this.fair = properties.defaultDeadline().dividedBy(10);
	}

	/**
	 * Asks a shard.
	 * @param service the sharded service
	 * @param request what to ask
	 * @return what came of it, by the request's end; never an error
	 */
	Mono<LeafOutcome> ask(String service, LeafRequest request) {
		this.budget.request();
		return attempt(this.guard.order(USE, this.replicas.ofShard(service, request.shard()), true), 0, request)
			.switchIfEmpty(Mono.just(new LeafOutcome.Absent(request.shard(), "no replica")))
			.onErrorResume((failure) -> Mono.just(new LeafOutcome.Absent(request.shard(), reason(failure))))
			.doOnNext(this::count);
	}

	private Mono<LeafOutcome> attempt(List<Replica> candidates, int number, LeafRequest request) {
		if (number >= candidates.size()) {
			return Mono.empty();
		}
		boolean more = number < candidates.size() - 1;
		Duration left = request.left();
		Duration half = left.dividedBy(2);
		Duration budgeted = (more && isFair(half)) ? half : left;
		Mono<LeafOutcome> next = Mono.defer(() -> attempt(candidates, number + 1, request));
		return guarded(candidates.get(number), request, budgeted)
			// The other replica may have heard of the topology.
			.map((outcome) -> (outcome instanceof LeafOutcome.Moved && more) ? next : Mono.just(outcome))
			.onErrorResume((failure) -> {
				ReplicaFailure kind = (failure instanceof LeafFailure leaf) ? ReplicaFailure.of(leaf.status)
						: ReplicaFailure.of(failure);
				boolean retry = more && request.left().isPositive()
						&& kind.allowsRetry(HttpMethod.GET, HttpHeaders.EMPTY) && this.budget.tryRetry(kind);
				return Mono.just(retry ? next : Mono.error(failure));
			})
			.flatMap(Function.identity());
	}

	/**
	 * A replica that takes too long has failed, unless the client gave it hardly any
	 * time: otherwise a few impatient clients would open the breakers of all.
	 */
	private Mono<LeafOutcome> guarded(Replica replica, LeafRequest request, Duration budgeted) {
		Mono<LeafOutcome> call = call(replica, request, budgeted);
		return isFair(budgeted) ? this.guard.guard(replica, USE, call.timeout(budgeted))
				: this.guard.guard(replica, USE, call).timeout(budgeted);
	}

	private boolean isFair(Duration budgeted) {
		return budgeted.compareTo(this.fair) >= 0;
	}

	private Mono<LeafOutcome> call(Replica replica, LeafRequest request, Duration budgeted) {
		return this.http.get()
			.uri(replica.resolve(request.search().path(), request.search().query()))
			.header("X-Deadline-Ms", Long.toString(budgeted.toMillis()))
			.header("X-Shard-Epoch", Long.toString(request.epoch()))
			.exchangeToMono((response) -> read(response, request.shard()));
	}

	private static Mono<LeafOutcome> read(ClientResponse response, int shard) {
		HttpStatusCode status = response.statusCode();
		if (status.is2xxSuccessful()) {
			return response.bodyToMono(LeafAnswer.class).map(LeafOutcome.Answered::new);
		}
		if (status.equals(HttpStatus.BAD_REQUEST)) {
			return response.bodyToMono(ProblemDetail.class).map(LeafOutcome.Refused::new);
		}
		// A replica that says that slots are not its is well: no error for its breaker.
		if (status.equals(HttpStatus.MISDIRECTED_REQUEST)) {
			return response.releaseBody().thenReturn(new LeafOutcome.Moved(shard));
		}
		return response.releaseBody().then(Mono.error(new LeafFailure(status)));
	}

	private static String reason(Throwable failure) {
		return switch (failure) {
			case TimeoutException timeout -> "timeout";
			case LeafFailure leaf -> "status " + leaf.status.value();
			default -> "unreachable";
		};
	}

	private void count(LeafOutcome outcome) {
		String result = switch (outcome) {
			case LeafOutcome.Answered answered -> "answered";
			case LeafOutcome.Refused refused -> "refused";
			case LeafOutcome.Moved moved -> "moved";
			case LeafOutcome.Absent(int shard, String reason) -> reason;
		};
		this.meters.counter("gateway.scatter.leaves", "outcome", result).increment();
	}

	/** A leaf answered with a status that is no answer. */
	private static final class LeafFailure extends RuntimeException {

		private final transient HttpStatusCode status;

		LeafFailure(HttpStatusCode status) {
			super("status " + status, null, false, false);
			this.status = status;
		}

	}

}
