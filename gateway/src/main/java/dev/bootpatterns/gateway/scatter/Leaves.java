package dev.bootpatterns.gateway.scatter;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

import dev.bootpatterns.gateway.replicas.Replica;
import dev.bootpatterns.gateway.replicas.ReplicaDirectory;
import dev.bootpatterns.gateway.replicas.ReplicaFailure;
import dev.bootpatterns.gateway.replicas.ReplicaGuard;
import dev.bootpatterns.gateway.replicas.RetryBudget;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Asks one replica of a shard, and another if the first fails or takes more than its half
 * of the time.
 */
@Component
class Leaves {

	private final ReplicaDirectory replicas;

	private final ReplicaGuard guard;

	private final RetryBudget budget;

	private final WebClient http;

	private final MeterRegistry meters;

	Leaves(ReplicaDirectory replicas, ReplicaGuard guard, RetryBudget budget, WebClient replicaClient,
			MeterRegistry meters) {
		this.replicas = replicas;
		this.guard = guard;
		this.budget = budget;
		this.http = replicaClient;
		this.meters = meters;
	}

	/**
	 * Asks a shard.
	 * @param service the sharded service
	 * @param shard the shard
	 * @param request what to ask
	 * @return what came of it, by the request's deadline; fails only with the leaf's
	 * verdict that the request is bad
	 */
	Mono<LeafOutcome> ask(String service, int shard, SearchRequest request) {
		this.budget.request();
		long end = System.nanoTime() + request.deadline().toNanos();
		return attempt(this.replicas.ofShard(service, shard), 0, request, end)
			.<LeafOutcome>map(LeafOutcome.Answered::new)
			.switchIfEmpty(Mono.just(new LeafOutcome.Absent(shard, "no replica")))
			.onErrorResume((failure) -> !(failure instanceof ErrorResponseException),
					(failure) -> Mono.just(new LeafOutcome.Absent(shard, reason(failure))))
			.doOnNext(this::count);
	}

	private Mono<LeafAnswer> attempt(List<Replica> candidates, int number, SearchRequest request, long end) {
		if (number >= candidates.size()) {
			return Mono.empty();
		}
		Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
		boolean last = number == candidates.size() - 1;
		Duration budgeted = last ? left : left.dividedBy(2);
		return this.guard.guard(candidates.get(number), call(candidates.get(number), request, budgeted))
			.onErrorResume((failure) -> {
				ReplicaFailure kind = (failure instanceof LeafFailure leaf) ? ReplicaFailure.of(leaf.status)
						: ReplicaFailure.of(failure);
				return !last && kind.allowsRetry(HttpMethod.GET, HttpHeaders.EMPTY) && this.budget.tryRetry(kind)
						&& !(failure instanceof ErrorResponseException) ? attempt(candidates, number + 1, request, end)
								: Mono.error(failure);
			});
	}

	private Mono<LeafAnswer> call(Replica replica, SearchRequest request, Duration budgeted) {
		return this.http.get()
			.uri(replica.resolve(request.path(), request.query()))
			.header("X-Deadline-Ms", Long.toString(budgeted.toMillis()))
			.exchangeToMono(Leaves::read)
			.timeout(budgeted);
	}

	private static Mono<LeafAnswer> read(ClientResponse response) {
		HttpStatusCode status = response.statusCode();
		if (status.is2xxSuccessful()) {
			return response.bodyToMono(LeafAnswer.class);
		}
		if (status.value() == 400) {
			return response.bodyToMono(ProblemDetail.class)
				.flatMap((problem) -> Mono.error(new ErrorResponseException(status, problem, null)));
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
