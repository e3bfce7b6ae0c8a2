package dev.bootpatterns.gateway.scatter;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.bootpatterns.gateway.GatewayProperties;
import dev.bootpatterns.gateway.replicas.Replica;
import dev.bootpatterns.gateway.replicas.ReplicaDirectory;
import dev.bootpatterns.gateway.replicas.ReplicaFailure;
import dev.bootpatterns.gateway.replicas.ReplicaGuard;
import dev.bootpatterns.gateway.replicas.RetryBudget;
import dev.bootpatterns.gateway.scatter.LeafResult.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import org.springframework.core.codec.DecodingException;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The leaves as the root sees them: makes the calls to their replicas, and knows how long
 * they take.
 */
@Component
class Leaves {

	private static final String USE = "search";

	/** What a leaf answers that was told to stop (as nginx logs it). */
	private static final int CANCELLED = 499;

	/** Of so few calls, a quantile says little. */
	private static final int MIN_SAMPLES = 20;

	/** After this time a call counts half in what is predicted. */
	private static final Duration MEASURED = Duration.ofSeconds(20);

	private static final Duration CANCEL_TIMEOUT = Duration.ofMillis(500);

	private final ReplicaDirectory replicas;

	private final ReplicaGuard guard;

	private final RetryBudget budget;

	private final HedgeLimit hedges;

	private final WebClient http;

	private final HedgingProperties hedging;

	private final MeterRegistry meters;

	/** A replica is expected to answer in this time: a tenth of the default deadline. */
	private final Duration fair;

	/** By shard, to know when a call is late. */
	private final ConcurrentMap<Shard, DecayingQuantiles> latencies = new ConcurrentHashMap<>();

	/** Of all shards, for whoever wants to know what more of them would do. */
	private final ConcurrentMap<Kind, Measured> measured = new ConcurrentHashMap<>();

	private final Counter unaffordable;

	private final Timer wasted;

	Leaves(ReplicaDirectory replicas, ReplicaGuard guard, WebClient replicaClient, HedgingProperties hedging,
			GatewayProperties properties, MeterRegistry meters) {
		this.replicas = replicas;
		this.guard = guard;
		this.budget = new RetryBudget(hedging.budget(), USE, meters);
		this.hedges = new HedgeLimit(hedging.budget());
		this.http = replicaClient;
		this.hedging = hedging;
		this.meters = meters;
		this.fair = properties.defaultDeadline().dividedBy(10);
		this.unaffordable = Counter.builder("gateway.scatter.hedges.refused")
			.description("Hedges that the budget or the limit of those at once did not allow")
			.register(meters);
		this.wasted = Timer.builder("gateway.scatter.wasted")
			.description("Time of calls to leaves that were given up")
			.register(meters);
	}

	/**
	 * Asks a shard.
	 * @param request what to ask
	 * @return what came of it, by the request's end; never an error
	 */
	Mono<LeafResult> ask(LeafRequest request) {
		this.budget.request();
		return Mono.defer(() -> LeafCall.of(this, request,
				this.guard.order(USE, this.replicas.ofShard(request.request().service(), request.shard()), true,
						request.request().affinity())));
	}

	HedgingProperties.Mode mode() {
		return this.hedging.mode();
	}

	Duration tiedDelay() {
		return this.hedging.tiedDelay();
	}

	Duration lateAfter(LeafRequest request) {
		return lateAfter(request.request(), request.shard());
	}

	/** After which time a shard's call of this kind is late. */
	Duration lateAfter(ScatterRequest request, int shard) {
		DecayingQuantiles known = this.latencies.get(new Shard(Kind.of(request), shard));
		if (known == null || known.samples() < MIN_SAMPLES) {
			return this.hedging.initialDelay();
		}
		Duration late = Duration.ofNanos((long) known.nanos(this.hedging.quantile()));
		return (late.compareTo(this.hedging.minDelay()) > 0) ? late : this.hedging.minDelay();
	}

	/** A shard's call begins; its end is to be {@linkplain #ended told}. */
	void began() {
		this.hedges.began();
	}

	void ended(LeafResult result) {
		this.hedges.ended(result.attempts().stream().filter((attempt) -> attempt.reason() == Reason.HEDGE).count());
		count(result);
	}

	boolean mayHedge() {
		boolean may = this.hedges.tryHedge(this.budget::tryTake);
		if (!may) {
			this.unaffordable.increment();
		}
		return may;
	}

	/** The call ended just before. */
	void hedgeNotMade() {
		this.hedges.notMade();
	}

	boolean mayRetry(ReplicaFailure kind) {
		return this.budget.tryRetry(kind);
	}

	/**
	 * Asks one replica. One that takes too long has failed, unless the client gave it
	 * hardly any time: otherwise a few impatient clients would open the breakers of all.
	 * @param replica the replica
	 * @param request what to ask
	 * @param id names this call
	 * @param tiedTo the other copy of the same request, if there is one
	 * @return what it answered; its errors are failures of the replica
	 */
	Mono<LeafReply> call(Replica replica, LeafRequest request, String id, @Nullable String tiedTo) {
		Duration left = request.left();
		long start = System.nanoTime();
		Mono<LeafReply> call = Mono.defer(() -> send(replica, request, id, tiedTo, left)).doOnNext((reply) -> {
			if (reply.outcome() instanceof LeafOutcome.Answered) {
				took(request, System.nanoTime() - start);
			}
			LeafTimes times = reply.times();
			if (times != null) {
				measured(Kind.of(request.request())).services().record((long) (times.serviceMs() * 1e6));
				this.guard.report(replica, USE, times.serviceMs() / 1e3, times.queueLength());
			}
		});
		return (left.compareTo(this.fair) >= 0) ? this.guard.guard(replica, USE, call.timeout(left))
				: this.guard.guard(replica, USE, call).timeout(left);
	}

	private Mono<LeafReply> send(Replica replica, LeafRequest request, String id, @Nullable String tiedTo,
			Duration left) {
		String body = request.body();
		WebClient.RequestBodySpec spec = this.http.method((body != null) ? HttpMethod.POST : HttpMethod.GET)
			.uri(replica.resolve(request.path(), request.query()))
			// A leaf that is told 0 could only refuse.
			.header(ScatterRequest.DEADLINE, Long.toString(Math.max(1, left.toMillis())))
			.header("X-Shard-Epoch", Long.toString(request.epoch()))
			.header("X-Search-Id", id);
		if (tiedTo != null) {
			spec.header("X-Tied-To", tiedTo);
		}
		if (body != null) {
			spec.contentType(MediaType.APPLICATION_JSON).bodyValue(body);
		}
		// Without a body there would be neither an answer nor a failure.
		return spec.exchangeToMono((response) -> read(response, replica))
			.switchIfEmpty(Mono.error(() -> new DecodingException("An answer without a body")));
	}

	private static Mono<LeafReply> read(ClientResponse response, Replica replica) {
		HttpStatusCode status = response.statusCode();
		LeafTimes times = LeafTimes.of(response.headers().asHttpHeaders());
		if (status.is2xxSuccessful()) {
			return response.bodyToMono(JsonNode.class)
				.map((answer) -> new LeafReply(new LeafOutcome.Answered(answer, replica.name()), times));
		}
		if (status.equals(HttpStatus.BAD_REQUEST)) {
			return response.bodyToMono(ProblemDetail.class)
				.map((problem) -> new LeafReply(new LeafOutcome.Refused(problem), times));
		}
		// A replica that says that slots are not its, that there is not enough time, or
		// that it was cancelled, is well: no error for its breaker.
		LeafOutcome outcome = switch (status.value()) {
			case 421 -> new LeafOutcome.Moved();
			case 504 -> new LeafOutcome.Absent("timeout");
			case CANCELLED -> new LeafOutcome.Absent("cancelled");
			// Its queue is full, it says; any other 503 is a failure.
			case 503 -> (times != null) ? new LeafOutcome.Absent("busy") : null;
			default -> null;
		};
		return response.releaseBody()
			.then((outcome != null) ? Mono.just(new LeafReply(outcome, times)) : Mono.error(new LeafFailure(status)));
	}

	/** What is given up took at least that long. */
	private void took(LeafRequest request, long nanos) {
		Kind kind = Kind.of(request.request());
		this.latencies
			.computeIfAbsent(new Shard(kind, request.shard()),
					(shard) -> new DecayingQuantiles(this.hedging.halfLife(), System::nanoTime))
			.record(nanos);
		measured(kind).calls().record(nanos);
	}

	/** How long leaves took of late. */
	Measured measured(Kind kind) {
		return this.measured.computeIfAbsent(kind,
				(unknown) -> new Measured(new DecayingQuantiles(MEASURED, System::nanoTime),
						new DecayingQuantiles(MEASURED, System::nanoTime)));
	}

	/**
	 * Tells a leaf to stop. Its connection is closed already, but a servlet learns of
	 * that only when it writes.
	 * @param replica the replica
	 * @param request what it was asked
	 * @param id of the call
	 * @param nanos how long ago it was asked
	 */
	void cancel(Replica replica, LeafRequest request, String id, long nanos) {
		this.wasted.record(nanos, TimeUnit.NANOSECONDS);
		// One that was given up before it was late says nothing of how long it takes.
		if (nanos >= lateAfter(request).toNanos()) {
			took(request, nanos);
		}
		if (request.left().isPositive()) {
			this.http.delete()
				.uri(replica.resolve("/searches/" + id, null))
				.exchangeToMono(ClientResponse::releaseBody)
				.timeout(CANCEL_TIMEOUT)
				// Then it works for nobody until its deadline.
				.onErrorComplete()
				.subscribe();
		}
	}

	private void count(LeafResult result) {
		String outcome = switch (result.outcome()) {
			case LeafOutcome.Answered answered -> "answered";
			case LeafOutcome.Refused refused -> "refused";
			case LeafOutcome.Moved moved -> "moved";
			case LeafOutcome.Absent(String reason) -> reason;
		};
		this.meters.counter("gateway.scatter.leaves", "outcome", outcome).increment();
		for (LeafResult.Attempt attempt : result.attempts()) {
			if (attempt.reason() == Reason.HEDGE || attempt.reason() == Reason.TIED) {
				this.meters
					.counter("gateway.scatter.hedges", "mode", attempt.reason().name().toLowerCase(Locale.ROOT),
							"outcome", attempt.outcome().equals("answered") ? "won" : "lost")
					.increment();
			}
		}
	}

	static ReplicaFailure kind(Throwable failure) {
		return (failure instanceof LeafFailure leaf) ? ReplicaFailure.of(leaf.status) : ReplicaFailure.of(failure);
	}

	static String reason(Throwable failure) {
		return switch (failure) {
			case TimeoutException timeout -> "timeout";
			case LeafFailure leaf -> "status " + leaf.status.value();
			default -> "unreachable";
		};
	}

	/**
	 * Requests that take about the same time, as far as one can know.
	 *
	 * @param name the route's id
	 * @param service the sharded service
	 */
	record Kind(String name, String service) {

		static Kind of(ScatterRequest request) {
			return new Kind(request.kind(), request.service());
		}

	}

	private record Shard(Kind kind, int shard) {
	}

	/**
	 * Times of all leaves.
	 *
	 * @param calls to them, those that were given up included
	 * @param services how long they worked on them, as they said
	 */
	record Measured(DecayingQuantiles calls, DecayingQuantiles services) {
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
