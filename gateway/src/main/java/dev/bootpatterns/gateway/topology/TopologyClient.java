package dev.bootpatterns.gateway.topology;

import java.time.Duration;
import java.util.Optional;

import dev.bootpatterns.gateway.GatewayProperties;
import dev.bootpatterns.gateway.replicas.Replica;
import dev.bootpatterns.gateway.replicas.ReplicaDirectory;
import dev.bootpatterns.sharding.Topology;
import dev.bootpatterns.sharding.TopologyDocument;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Keeps the topology at hand: asks an owner for it once a period, and at once when a
 * shard says that the one in use is old. While no owner answers, the last topology stays
 * in use; a gateway that never had one and needs it is not ready.
 */
@Component("topology")
public class TopologyClient implements SmartLifecycle, HealthIndicator {

	private static final Logger logger = LoggerFactory.getLogger(TopologyClient.class);

	private static final String OWNERS = "owners";

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private final ReplicaDirectory replicas;

	private final WebClient http;

	private final GatewayProperties properties;

	/**
	 * At most one request at a time: who wants a refresh while one runs waits for that
	 * one.
	 */
	private final Mono<Void> refresh;

	private volatile boolean needed;

	private volatile @Nullable Topology topology;

	private volatile @Nullable Disposable polling;

	TopologyClient(ReplicaDirectory replicas, WebClient replicaClient, GatewayProperties properties) {
		this.replicas = replicas;
		this.http = replicaClient;
		this.properties = properties;
		this.refresh = Mono.defer(this::fetch).cacheInvalidateIf((done) -> true).then();
	}

	/**
	 * Says that a route needs the topology of a service. While none does, no owner is
	 * asked, and the gateway is ready without one.
	 * @param service the sharded service's name in discovery
	 */
	public void require(String service) {
		this.needed = true;
		this.replicas.watch(service);
		this.replicas.watch(OWNERS);
	}

	/**
	 * The topology in use.
	 * @return the topology; empty if none was ever known
	 */
	public Optional<Topology> current() {
		return Optional.ofNullable(this.topology);
	}

	/**
	 * Asks for the topology now.
	 * @return completes when the answer is in use, or when there was none
	 */
	public Mono<Void> refresh() {
		return this.refresh;
	}

	private Mono<Boolean> fetch() {
		return Flux.fromIterable(this.replicas.ofService(OWNERS))
			.concatMap((owner) -> fetch(owner).onErrorResume((failure) -> Mono.empty()))
			.next()
			.timeout(TIMEOUT)
			.onErrorResume((failure) -> Mono.empty())
			.defaultIfEmpty(false);
	}

	private Mono<Boolean> fetch(Replica owner) {
		return this.http.get()
			.uri(owner.resolve("/topology", null))
			.headers((headers) -> current().ifPresent((known) -> headers.setIfNoneMatch("\"" + known.epoch() + "\"")))
			.exchangeToMono(this::accept);
	}

	private Mono<Boolean> accept(ClientResponse response) {
		if (response.statusCode().equals(HttpStatus.NOT_MODIFIED)) {
			return response.releaseBody().thenReturn(true);
		}
		if (!response.statusCode().is2xxSuccessful()) {
			return response.releaseBody().then(Mono.empty());
		}
		return response.bodyToMono(TopologyDocument.class).map((document) -> {
			use(Topology.of(document));
			return true;
		});
	}

	private synchronized void use(Topology received) {
		if (current().map(Topology::epoch).orElse(0L) < received.epoch()) {
			logger.info("Topology of epoch {} with {} shards", received.epoch(), received.shards());
			this.topology = received;
		}
	}

	@Override
	public Health health() {
		if (!this.needed) {
			return Health.up().withDetail("needed", false).build();
		}
		return current().map((known) -> Health.up().withDetail("epoch", known.epoch()))
			.orElseGet(Health::outOfService)
			.build();
	}

	@Override
	public void start() {
		// Until there is a topology nothing works, so ask more often.
		this.polling = Flux.interval(Duration.ZERO, Duration.ofMillis(200))
			.onBackpressureDrop()
			.filter((tick) -> this.needed && (this.topology == null
					|| tick % Math.max(1, this.properties.topologyPeriod().toMillis() / 200) == 0))
			.concatMap((tick) -> refresh())
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
