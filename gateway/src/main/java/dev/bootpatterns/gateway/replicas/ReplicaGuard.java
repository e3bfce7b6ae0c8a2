package dev.bootpatterns.gateway.replicas;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.bootpatterns.gateway.GatewayProperties;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.reactor.bulkhead.operator.BulkheadOperator;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Chooses among replicas, and puts a bulkhead and a circuit breaker around each call.
 * <p>
 * The bulkhead is a replica's; breaker and {@linkplain ReplicaLoad load} are a replica's
 * for one use: a replica whose database is gone still searches, and a search takes longer
 * than a read. What the bulkhead refuses, the breaker does not hear of: being busy is no
 * failure.
 * <p>
 * <b>Ejection</b> (as Envoy's outlier detection does it) is an open breaker. A replica
 * that keeps failing is put behind all others; it is not refused. So however many are
 * ejected, there is always one to try, and when all are, the calls are spread over all of
 * them as if none were. A call that gets through to an ejected one and succeeds ends the
 * ejection. After a time, which doubles with each ejection in a row, or as soon as it is
 * ready again after it was not, it is on trial (the breaker is half open): it is put
 * first for one call that may be repeated elsewhere, and that call decides. Calls in the
 * same instant may see the trial as free, too.
 */
@Component
public class ReplicaGuard {

	private final CircuitBreakerRegistry breakers;

	private final BulkheadRegistry bulkheads;

	private final MeterRegistry meters;

	private final GatewayProperties properties;

	private final PowerOfTwoChoices choices;

	private final LongSupplier ticker;

	private final ConcurrentMap<Usage, Guarded> guarded = new ConcurrentHashMap<>();

	@Autowired
	ReplicaGuard(CircuitBreakerRegistry breakers, BulkheadRegistry bulkheads, MeterRegistry meters,
			GatewayProperties properties) {
		this(breakers, bulkheads, meters, properties, PowerOfTwoChoices.atRandom(), System::nanoTime);
	}

	ReplicaGuard(CircuitBreakerRegistry breakers, BulkheadRegistry bulkheads, MeterRegistry meters,
			GatewayProperties properties, PowerOfTwoChoices choices, LongSupplier ticker) {
		this.breakers = breakers;
		this.bulkheads = bulkheads;
		this.meters = meters;
		this.properties = properties;
		this.choices = choices;
		this.ticker = ticker;
	}

	/**
	 * Puts replicas into the order in which to try them for one call: one on trial, then
	 * the choice among those that are well, then those that are ejected.
	 * @param use what for: {@code requests}, {@code search}
	 * @param candidates the replicas that may answer
	 * @param repeatable whether the call may be made again elsewhere if it fails; if not,
	 * it tries nobody out
	 * @return all of them
	 */
	public List<Replica> order(String use, List<Replica> candidates, boolean repeatable) {
		return order(use, candidates, repeatable, null);
	}

	/**
	 * As {@link #order(String, List, boolean)}, for a client that prefers the same
	 * replica each time. Affinity and zone change what a replica costs, so they work
	 * together with load and with each other: a preferred one that is slow or far is
	 * passed over.
	 * @param use what for: {@code requests}, {@code search}
	 * @param candidates the replicas that may answer
	 * @param repeatable whether the call may be made again elsewhere if it fails; if not,
	 * it tries nobody out
	 * @param affinity the same for calls that prefer the same replica; null if none is
	 * preferred
	 * @return all of them
	 */
	public List<Replica> order(String use, List<Replica> candidates, boolean repeatable, @Nullable String affinity) {
		if (candidates.size() < 2) {
			return candidates;
		}
		List<Guarded> order = new ArrayList<>(candidates.size());
		List<Guarded> well = new ArrayList<>(candidates.size());
		List<Guarded> ejected = new ArrayList<>(0);
		for (Replica candidate : candidates) {
			Guarded each = guarded(candidate, use);
			CircuitBreaker.State state = each.breaker.getState();
			if (state == CircuitBreaker.State.CLOSED) {
				well.add(each);
			}
			else if (state == CircuitBreaker.State.HALF_OPEN && repeatable && each.load.isIdle()) {
				order.add(each);
			}
			else {
				ejected.add(each);
			}
		}
		choose(well, affinity);
		choose(ejected, affinity);
		order.addAll(well);
		order.addAll(ejected);
		return order.stream().map(Guarded::replica).toList();
	}

	private void choose(List<Guarded> all, @Nullable String affinity) {
		if (affinity == null && this.properties.zone().isEmpty()) {
			this.choices.choose(all, Guarded::cost);
			return;
		}
		Replica preferred = preferred(all, affinity);
		ToDoubleFunction<Guarded> price = (each) -> (isFar(each.replica) ? this.properties.crossZoneCost() : 1)
				/ (each.replica.equals(preferred) ? this.properties.affinityGain() : 1);
		all.sort(Comparator.comparingDouble(price));
		double least = all.isEmpty() ? 0 : price.applyAsDouble(all.getFirst());
		int favoured = (int) all.stream().filter((each) -> price.applyAsDouble(each) == least).count();
		this.choices.choose(all, favoured, (each) -> each.cost() * price.applyAsDouble(each));
	}

	private boolean isFar(Replica replica) {
		return !this.properties.zone().isEmpty() && !this.properties.zone().equals(replica.zone());
	}

	/** By rendezvous: who comes or goes changes the preference for nobody else. */
	private static @Nullable Replica preferred(List<Guarded> all, @Nullable String affinity) {
		if (affinity == null) {
			return null;
		}
		return all.stream()
			.map(Guarded::replica)
			.max(Comparator
				.comparingLong((replica) -> Hashing.xxh3_64().hashCharsToLong(affinity + '\n' + replica.id())))
			.orElse(null);
	}

	/**
	 * A replica said how busy it is, with an answer.
	 * @param replica the replica
	 * @param use what for: {@code requests}, {@code search}
	 * @param serviceSeconds how long it worked on the call, without what the call waited
	 * there and on the way
	 * @param queueLength how many calls wait or run there
	 */
	public void report(Replica replica, String use, double serviceSeconds, int queueLength) {
		guarded(replica, use).load.report(serviceSeconds, queueLength);
	}

	boolean isEjected(Replica replica, String use) {
		return guarded(replica, use).breaker.getState() == CircuitBreaker.State.OPEN;
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
		return guarded(replica, use).guard(call);
	}

	/**
	 * Forgets replicas that are not there any more, with all that is counted of them.
	 * @param gone says which
	 */
	public void forget(Predicate<Replica> gone) {
		this.guarded.values().removeIf((each) -> {
			boolean isGone = gone.test(each.replica);
			if (isGone) {
				this.breakers.remove(each.breaker.getName());
				this.bulkheads.remove(each.bulkhead.getName());
				this.meters.remove(each.latency);
			}
			return isGone;
		});
	}

	/**
	 * A replica is ready that was not: probably another process, so how fast it was is
	 * forgotten, and the next call decides whether it stays ejected.
	 * @param replica the replica
	 */
	void isBack(Replica replica) {
		this.guarded.values().stream().filter((each) -> each.replica.equals(replica)).forEach((each) -> {
			each.load.forget();
			if (each.breaker.getState() == CircuitBreaker.State.OPEN) {
				each.breaker.transitionToHalfOpenState();
			}
		});
	}

	private Guarded guarded(Replica replica, String use) {
		Usage usage = new Usage(replica, use);
		Guarded known = this.guarded.get(usage);
		return (known != null) ? known : this.guarded.computeIfAbsent(usage, this::create);
	}

	private Guarded create(Usage usage) {
		Replica replica = usage.replica();
		CircuitBreaker breaker = this.breakers.circuitBreaker(replica.id() + "-" + usage.use());
		Counter ejections = Counter.builder("gateway.replicas.ejections")
			.description("Replicas that were put behind all others because they kept failing")
			.tags("service", replica.service(), "use", usage.use())
			.register(this.meters);
		breaker.getEventPublisher().onStateTransition((event) -> {
			if (event.getStateTransition().getToState() == CircuitBreaker.State.OPEN) {
				ejections.increment();
			}
		});
		ReplicaLoad load = new ReplicaLoad(this.properties.latencyDecay(), this.ticker);
		Gauge latency = Gauge.builder("gateway.replica.latency", load, ReplicaLoad::latencySeconds)
			.description("How fast a replica answers: the peak-EWMA by which it is chosen")
			.baseUnit("seconds")
			.tags(Tags.of("replica", replica.id(), "use", usage.use()))
			.register(this.meters);
		return new Guarded(replica, breaker, this.bulkheads.bulkhead(replica.id()), load, latency);
	}

	private record Usage(Replica replica, String use) {
	}

	private record Guarded(Replica replica, CircuitBreaker breaker, Bulkhead bulkhead, ReplicaLoad load,
			Gauge latency) {

		double cost() {
			return this.load.cost();
		}

		<T> Mono<T> guard(Mono<T> call) {
			return this.load
				.measured(call.transformDeferred(CircuitBreakerOperator.of(this.breaker))
					.onErrorResume(CallNotPermittedException.class, (ejected) -> anyway(call)))
				.transformDeferred(BulkheadOperator.of(this.bulkhead));
		}

		/** Whoever is tried although it is ejected comes last: nobody better is left. */
		private <T> Mono<T> anyway(Mono<T> call) {
			return call.doOnSuccess((answer) -> this.breaker.transitionToClosedState());
		}

	}

}
