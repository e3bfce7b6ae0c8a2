package dev.bootpatterns.gateway.shard;

import java.time.Duration;
import java.util.List;

import dev.bootpatterns.gateway.hotkeys.HotKeyCache;
import dev.bootpatterns.gateway.replicas.Candidates;
import dev.bootpatterns.gateway.replicas.Replica;
import dev.bootpatterns.gateway.replicas.ReplicaDirectory;
import dev.bootpatterns.gateway.replicas.ReplicaRouting;
import dev.bootpatterns.gateway.topology.TopologyClient;
import dev.bootpatterns.sharding.Topology;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;

/**
 * A service whose shards the owner's topology decides: a key's slot belongs to a shard,
 * and any ready replica of that shard answers. When a shard says 421, the topology is
 * fetched anew and the request sent again, without the client noticing. Readers of a hot
 * key share what one of them is given.
 */
final class TopologyService implements ShardedService {

	/** What a replica may take from its last look at the clock until it has committed. */
	private static final Duration COMMIT = Duration.ofMillis(1500);

	private final String name;

	private final TopologyClient topology;

	private final ReplicaDirectory replicas;

	private final ReplicaRouting routing;

	private final HotKeyCache hotKeys;

	/** How long after it is sent a write may still take effect. */
	private final Duration writeTime;

	TopologyService(String name, TopologyClient topology, ReplicaDirectory replicas, ReplicaRouting routing,
			HotKeyCache hotKeys, Duration responseTimeout) {
		this.writeTime = responseTimeout.minus(min(responseTimeout.dividedBy(2), COMMIT));
		this.name = name;
		this.topology = topology;
		this.replicas = replicas;
		this.routing = routing;
		this.hotKeys = hotKeys;
	}

	private static Duration min(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	@Override
	public Mono<Void> route(ServerWebExchange exchange, GatewayFilterChain chain, String key) {
		return this.hotKeys.route(exchange, key, (request) -> this.routing.route(request, chain, new OwnersOf(key)));
	}

	/** The replicas of the shard that owns a key. */
	private final class OwnersOf implements Candidates {

		private final String key;

		private long epoch;

		OwnersOf(String key) {
			this.key = key;
		}

		@Override
		public List<Replica> list() {
			Topology current = TopologyService.this.topology.current()
				.orElseThrow(
						() -> new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "No topology is known yet"));
			this.epoch = current.epoch();
			return TopologyService.this.replicas.ofShard(TopologyService.this.name, current.shardOf(this.key));
		}

		/**
		 * A replica that is behind looks for that topology before it refuses. A write
		 * that it could not do in time it must not do later: by then another replica may
		 * have done it, and its client may have written anew.
		 */
		@Override
		public void describe(HttpHeaders headers) {
			headers.set("X-Shard-Epoch", Long.toString(this.epoch));
			headers.set("X-Write-Deadline",
					Long.toString(System.currentTimeMillis() + TopologyService.this.writeTime.toMillis()));
		}

		@Override
		public Mono<Void> misdirected() {
			return TopologyService.this.topology.refresh();
		}

	}

}
