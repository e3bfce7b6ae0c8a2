package dev.bootpatterns.gateway.replicas;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.bootpatterns.gateway.GatewayProperties;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.reactive.SimpleReactiveDiscoveryClient;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Finds the replicas of the shards that announced themselves, by asking an owner: so new
 * shards need no new configuration. While no owner answers, or when all that it knows has
 * gone, the last list stays. A list in the configuration goes before.
 */
@Component
class OwnerDiscoveryClient implements ReactiveDiscoveryClient {

	private static final String SHARDS = "shards";

	private static final ParameterizedTypeReference<List<Announced>> ANNOUNCED = new ParameterizedTypeReference<>() {
	};

	/** Which has the owners; it is made of this. */
	private final ObjectProvider<ReplicaDirectory> directory;

	private final WebClient http;

	private final Duration timeout;

	private final Mono<Boolean> configured;

	private volatile List<Announced> last = List.of();

	OwnerDiscoveryClient(ObjectProvider<ReplicaDirectory> directory, WebClient replicaClient,
			GatewayProperties properties, SimpleReactiveDiscoveryClient configuration) {
		this.directory = directory;
		this.http = replicaClient;
		this.timeout = properties.probeTimeout();
		this.configured = configuration.getServices().any(SHARDS::equals);
	}

	@Override
	public String description() {
		return "Replicas that announced themselves to the owner";
	}

	@Override
	public Flux<String> getServices() {
		return this.configured.flatMapMany((known) -> known ? Flux.empty() : Flux.just(SHARDS));
	}

	@Override
	public Flux<ServiceInstance> getInstances(String service) {
		return service.equals(SHARDS)
				? this.configured.flatMapMany((known) -> known ? Flux.<ServiceInstance>empty() : announced())
				: Flux.empty();
	}

	private Flux<ServiceInstance> announced() {
		return Flux.fromIterable(this.directory.getObject().ofService("owners"))
			.concatMap((owner) -> ask(owner).onErrorResume((failure) -> Mono.empty()))
			.next()
			.timeout(this.timeout)
			.onErrorResume((failure) -> Mono.empty())
			.doOnNext((announced) -> this.last = announced.isEmpty() ? this.last : announced)
			.thenMany(Flux.defer(() -> Flux.fromIterable(this.last)))
			.map(Announced::toInstance);
	}

	private Mono<List<Announced>> ask(Replica owner) {
		return this.http.get().uri(owner.resolve("/topology/replicas", null)).retrieve().bodyToMono(ANNOUNCED);
	}

	/**
	 * A replica as the owner tells it.
	 *
	 * @param shard its shard
	 * @param replica its name within the shard
	 * @param uri where it answers requests
	 * @param zone where it runs; null if it did not say
	 */
	record Announced(int shard, String replica, URI uri, @Nullable String zone) {

		ServiceInstance toInstance() {
			boolean secure = "https".equals(this.uri.getScheme());
			int port = (this.uri.getPort() >= 0) ? this.uri.getPort() : secure ? 443 : 80;
			Map<String, String> metadata = new HashMap<>(
					Map.of("shard", Integer.toString(this.shard), "replica", this.replica));
			if (this.zone != null) {
				metadata.put("zone", this.zone);
			}
			return new DefaultServiceInstance(SHARDS + "-" + this.shard + "-" + this.replica, SHARDS,
					this.uri.getHost(), port, secure, metadata);
		}

	}

}
