package dev.bootpatterns.gateway.replicas;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.bootpatterns.gateway.GatewayProperties;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The replicas that there are, and which of them are ready.
 * <p>
 * Once a period every replica that discovery lists of the services that routes name is
 * asked for {@code /readyz}. Those that are ready are asked; the {@link ReplicaGuard}
 * chooses among them. When none of a shard's is known to be ready, all of them are tried
 * rather than none (Envoy calls this its panic threshold): the probe may be what is
 * broken. When discovery fails, the last list stays.
 */
@Component
public class ReplicaDirectory implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(ReplicaDirectory.class);

	private static final int SILENCES = 3;

	private final ReactiveDiscoveryClient discovery;

	private final WebClient http;

	private final GatewayProperties properties;

	private final ReplicaGuard guard;

	/** How many probes in a row a replica did not answer in time. */
	private final Map<Replica, Integer> silences = new ConcurrentHashMap<>();

	private final Set<String> watched = ConcurrentHashMap.newKeySet();

	private volatile Listing listing = Listing.of(Map.of());

	private volatile @Nullable Disposable polling;

	ReplicaDirectory(ReactiveDiscoveryClient discovery, WebClient replicaClient, ReplicaGuard guard,
			GatewayProperties properties, MeterRegistry meters) {
		this.discovery = discovery;
		this.http = replicaClient;
		this.guard = guard;
		this.properties = properties;
		Gauge.builder("gateway.replicas.ready", this, (directory) -> directory.count(true))
			.description("Replicas that say that they are ready")
			.register(meters);
		Gauge.builder("gateway.replicas.unready", this, (directory) -> directory.count(false))
			.description("Replicas that are listed and not ready")
			.register(meters);
	}

	private long count(boolean ready) {
		return this.listing.readiness().values().stream().filter((value) -> value == ready).count();
	}

	/**
	 * Says that a route needs a service. The replicas of others are not asked for
	 * anything: discovery may list what is none of the gateway's business.
	 * @param service the service's name in discovery
	 */
	public void watch(String service) {
		this.watched.add(service);
	}

	/**
	 * The replicas of a service that may be asked now.
	 * @param service the service's name in discovery
	 * @return its replicas, the first of them any; empty if none is known
	 */
	public List<Replica> ofService(String service) {
		return candidates(new Group(service, null));
	}

	/**
	 * The replicas of a shard that may be asked now.
	 * @param service the sharded service's name in discovery
	 * @param shard the shard
	 * @return its replicas, the first of them any; empty if none is known
	 */
	public List<Replica> ofShard(String service, int shard) {
		return candidates(new Group(service, shard));
	}

	/** Turned at random, so that who takes the first does not always take the same. */
	private List<Replica> candidates(Group group) {
		List<Replica> candidates = this.listing.candidates().getOrDefault(group, List.of());
		if (candidates.size() < 2) {
			return candidates;
		}
		List<Replica> turned = new ArrayList<>(candidates);
		Collections.rotate(turned, ThreadLocalRandom.current().nextInt(turned.size()));
		return turned;
	}

	/**
	 * Each probe's result counts as soon as it is there: a replica that leaves must not
	 * wait for one that hangs to be found out.
	 */
	private Mono<Void> update() {
		return this.discovery.getServices()
			.filter(this.watched::contains)
			.flatMap(this.discovery::getInstances)
			.map(Replica::of)
			.collect(Collectors.toSet())
			.doOnNext(this::accept)
			.flatMapIterable(Function.identity())
			.flatMap((replica) -> probe(replica).doOnNext((ready) -> accept(replica, ready)))
			.then();
	}

	private Mono<Boolean> probe(Replica replica) {
		return this.http.get()
			.uri(replica.resolve("/readyz", null))
			.exchangeToMono((response) -> response.releaseBody().thenReturn(response.statusCode().is2xxSuccessful()))
			.timeout(this.properties.probeTimeout())
			.doOnNext((answered) -> this.silences.remove(replica))
			.onErrorResume(TimeoutException.class, (silence) -> silent(replica))
			.onErrorReturn(false);
	}

	/**
	 * A probe that got no answer in time says little on a busy machine, where those of
	 * all replicas come late at once: only the third in a row counts. Until then the
	 * replica's load and its breaker tell whether to ask it.
	 */
	private Mono<Boolean> silent(Replica replica) {
		return (this.silences.merge(replica, 1, Integer::sum) < SILENCES) ? Mono.empty() : Mono.just(false);
	}

	private synchronized void accept(Set<Replica> listed) {
		Map<Replica, Boolean> before = this.listing.readiness();
		if (!before.keySet().equals(listed)) {
			logger.info("{} replicas are listed: {}", listed.size(),
					listed.stream().map(Replica::id).sorted().toList());
			this.silences.keySet().retainAll(listed);
			this.guard.forget((replica) -> before.containsKey(replica) && !listed.contains(replica));
			this.listing = Listing.of(listed.stream()
				.collect(Collectors.toMap(Function.identity(), (replica) -> before.getOrDefault(replica, false))));
		}
	}

	private synchronized void accept(Replica replica, boolean ready) {
		Map<Replica, Boolean> changed = new HashMap<>(this.listing.readiness());
		Boolean before = changed.replace(replica, ready);
		if (before != null && before != ready) {
			logger.info("Replica {} at {} is {}", replica.id(), replica.uri(), ready ? "ready" : "not ready");
			if (ready) {
				this.guard.isBack(replica);
			}
			this.listing = Listing.of(changed);
		}
	}

	@Override
	public void start() {
		this.polling = Flux.interval(Duration.ZERO, this.properties.probePeriod())
			.onBackpressureDrop()
			.concatMap((tick) -> update().onErrorResume((failure) -> {
				logger.warn("The replicas could not be listed; the last list stays", failure);
				return Mono.empty();
			}))
			.subscribe();
	}

	@Override
	public void stop() {
		Disposable current = this.polling;
		if (current != null) {
			current.dispose();
			this.polling = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.polling != null;
	}

	/** A service, or a shard of it. */
	private record Group(String service, @Nullable Integer shard) {
	}

	/**
	 * What is known at a time; the candidates are made when it changes, not when somebody
	 * asks.
	 *
	 * @param readiness the replicas that are listed, and whether each is ready
	 * @param candidates of each group those that are ready, or all if none is
	 */
	private record Listing(Map<Replica, Boolean> readiness, Map<Group, List<Replica>> candidates) {

		static Listing of(Map<Replica, Boolean> readiness) {
			Map<Group, List<Replica>> all = new HashMap<>();
			Map<Group, List<Replica>> ready = new HashMap<>();
			readiness.forEach((replica, isReady) -> {
				for (Group group : groups(replica)) {
					all.computeIfAbsent(group, (key) -> new ArrayList<>()).add(replica);
					if (isReady) {
						ready.computeIfAbsent(group, (key) -> new ArrayList<>()).add(replica);
					}
				}
			});
			all.putAll(ready);
			return new Listing(Map.copyOf(readiness), all);
		}

		private static Set<Group> groups(Replica replica) {
			Group service = new Group(replica.service(), null);
			return (replica.shard() != null) ? Set.of(service, new Group(replica.service(), replica.shard()))
					: Set.of(service);
		}

	}

}
