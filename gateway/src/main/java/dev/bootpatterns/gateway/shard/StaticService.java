package dev.bootpatterns.gateway.shard;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import dev.bootpatterns.gateway.replicas.Candidates;
import dev.bootpatterns.gateway.replicas.Replica;
import dev.bootpatterns.gateway.replicas.ReplicaRouting;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * A list of backends that share the keys by a sharding function: no owner, no topology,
 * no probes. Any HTTP server is a backend.
 * <p>
 * <b>When a backend fails</b>, a request that may go to another goes to the one that the
 * function chooses among the others, as if the failed one were not in the list: so its
 * keys spread as they would if it were removed, and all other keys stay where they are.
 * Who is down is learnt from requests: one that cannot connect goes on at once, and after
 * enough of them the backend's circuit breaker does not even try.
 */
final class StaticService implements ShardedService {

	private static final String SHARD = "X-Shard";

	private static final String REPLICA = "X-Replica";

	private final Backends backends;

	private final int maxChoices;

	private final ReplicaRouting routing;

	StaticService(Backends backends, StaticServicesProperties.Next next, ReplicaRouting routing) {
		this.backends = backends;
		this.maxChoices = (next == StaticServicesProperties.Next.NEVER) ? 1 : backends.inService();
		this.routing = routing;
	}

	@Override
	public Mono<Void> route(ServerWebExchange exchange, GatewayFilterChain chain, String key) {
		return Mono.using(() -> new Choices(key),
				(choices) -> this.routing.route(exchange, chain, choices).doOnSuccess((answered) -> label(exchange)),
				Choices::release);
	}

	/** Says who answered, unless the backend did. */
	private void label(ServerWebExchange exchange) {
		URI asked = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR);
		Integer number = (asked != null) ? this.backends.at(asked) : null;
		if (number != null) {
			HttpHeaders headers = exchange.getResponse().getHeaders();
			if (!headers.containsHeader(SHARD)) {
				headers.set(SHARD, number.toString());
			}
			if (!headers.containsHeader(REPLICA)) {
				headers.set(REPLICA, this.backends.name(number));
			}
		}
	}

	/**
	 * The backends that a request may go to. The second is chosen when the first has
	 * failed: mostly it never is.
	 */
	private final class Choices implements Candidates {

		private final String key;

		private final List<Integer> chosen = new ArrayList<>(1);

		private final List<Chooser> choosers = new ArrayList<>(1);

		Choices(String key) {
			this.key = key;
		}

		@Override
		public List<Replica> list() {
			return untried(Set.of());
		}

		/**
		 * The next backend that is not ejected; if there is none, the first that is.
		 */
		@Override
		public List<Replica> untried(Set<Replica> tried) {
			while (this.chosen.size() < StaticService.this.maxChoices) {
				Replica next = choose();
				if (!StaticService.this.routing.isEjected(next)) {
					return List.of(next);
				}
			}
			return this.chosen.stream()
				.map(StaticService.this.backends::replica)
				.filter((replica) -> !tried.contains(replica))
				.limit(1)
				.toList();
		}

		private Replica choose() {
			Chooser chooser = StaticService.this.backends.without(this.chosen);
			this.chosen.add(chooser.acquire(this.key));
			this.choosers.add(chooser);
			return StaticService.this.backends.replica(this.chosen.getLast());
		}

		void release() {
			for (int i = 0; i < this.chosen.size(); i++) {
				this.choosers.get(i).release(this.chosen.get(i));
			}
		}

	}

}
