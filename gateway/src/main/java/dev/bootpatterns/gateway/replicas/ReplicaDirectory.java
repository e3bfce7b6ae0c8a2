package dev.bootpatterns.gateway.replicas;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

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
 * asked for {@code /readyz}. Requests go to ready replicas in turn. When none of a
 * shard's is known to be ready, all of them are tried rather than none (Envoy calls this
 * its panic threshold): the probe may be what is broken. When discovery fails, the last
 * list stays.
 */
@Component
public class ReplicaDirectory implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(ReplicaDirectory.class);

	private final ReactiveDiscoveryClient discovery;

	private final WebClient http;

	private final GatewayProperties properties;

	/**
	 * Whose turn it is, by service or shard: with one counter for all, a search over an
	 * even number of shards would always ask the same replica of each.
	 */
	private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();

	private final Set<String> watched = ConcurrentHashMap.newKeySet();

	private volatile Map<Replica, Boolean> readiness = Map.of();

	private volatile @Nullable Disposable polling;

	ReplicaDirectory(ReactiveDiscoveryClient discovery, WebClient replicaClient, GatewayProperties properties,
			MeterRegistry meters) {
		this.discovery = discovery;
		this.http = replicaClient;
		this.properties = properties;
		Gauge.builder("gateway.replicas.ready", this, (directory) -> directory.count(true))
			.description("Replicas that say that they are ready")
			.register(meters);
		Gauge.builder("gateway.replicas.unready", this, (directory) -> directory.count(false))
			.description("Replicas that are listed and not ready")
			.register(meters);
	}

	private long count(boolean ready) {
		return this.readiness.values().stream().filter((value) -> value == ready).count();
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
	 * The replicas of a service to try, in this order.
	 * @param service the service's name in discovery
	 * @return its replicas; empty if none is known
	 */
	public List<Replica> ofService(String service) {
		return inTurn(service, (replica) -> replica.service().equals(service));
	}

	/**
	 * The replicas of a shard to try, in this order.
	 * @param service the sharded service's name in discovery
	 * @param shard the shard
	 * @return its replicas; empty if none is known
	 */
	public List<Replica> ofShard(String service, int shard) {
		return inTurn(service + "-" + shard,
				(replica) -> replica.service().equals(service) && Objects.equals(replica.shard(), shard));
	}

	private List<Replica> inTurn(String group, Predicate<Replica> wanted) {
		List<Replica> ready = new ArrayList<>();
		List<Replica> others = new ArrayList<>();
		this.readiness.forEach((replica, isReady) -> {
			if (wanted.test(replica)) {
				(isReady ? ready : others).add(replica);
			}
		});
		List<Replica> candidates = ready.isEmpty() ? others : ready;
		candidates.sort(Comparator.comparing(Replica::id));
		if (!candidates.isEmpty()) {
			int turn = this.turns.computeIfAbsent(group, (key) -> new AtomicInteger()).getAndIncrement();
			Collections.rotate(candidates, Math.floorMod(turn, candidates.size()));
		}
		return candidates;
	}

	private Mono<Void> update() {
		return this.discovery.getServices()
			.filter(this.watched::contains)
			.flatMap(this.discovery::getInstances)
			.map(Replica::of)
			.flatMap((replica) -> probe(replica).map((ready) -> Map.entry(replica, ready)))
			.collectMap(Map.Entry::getKey, Map.Entry::getValue)
			.doOnNext(this::accept)
			.then();
	}

	private Mono<Boolean> probe(Replica replica) {
		return this.http.get()
			.uri(replica.resolve("/readyz", null))
			.exchangeToMono((response) -> response.releaseBody().thenReturn(response.statusCode().is2xxSuccessful()))
			.timeout(this.properties.probeTimeout())
			.onErrorReturn(false);
	}

	private void accept(Map<Replica, Boolean> update) {
		Map<Replica, Boolean> before = this.readiness;
		update.forEach((replica, ready) -> {
			if (!Objects.equals(before.get(replica), ready)) {
				logger.info("Replica {} at {} is {}", replica.id(), replica.uri(), ready ? "ready" : "not ready");
			}
		});
		this.readiness = Map.copyOf(update);
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

}
