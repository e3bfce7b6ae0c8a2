package dev.bootpatterns.gateway.admission;

import java.util.List;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

/**
 * {@code Bulkhead=clients}: the routes that name the same bulkhead have so many requests
 * in progress together; one more is refused at once, before anything is done with it, its
 * body read or a replica chosen.
 * <p>
 * More than can be served must not wait here. A queue that nobody bounds makes all
 * requests late as soon as more come than go; their clients give them up, ask again, and
 * what is still worked on is for nobody: the load stays too high after its cause is gone.
 * With a bound, those who are let in wait for bound / rate on average (Little's law).
 * <p>
 * <b>It bounds what was read.</b> A gateway that gets too little processor time reads
 * late, and what waits in its sockets waits without a bound.
 * <p>
 * A request is in progress until its answer begins: a stream of events takes no place. It
 * is the outermost filter of its route, so that what waits in another one counts.
 *
 * @see <a href="https://doi.org/10.1145/3458336.3465286">Bronson et al., Metastable
 * failures in distributed systems</a>
 */
@Component
class BulkheadGatewayFilterFactory extends AbstractGatewayFilterFactory<BulkheadGatewayFilterFactory.Config> {

	private final BulkheadRegistry bulkheads;

	private final MeterRegistry meters;

	BulkheadGatewayFilterFactory(BulkheadRegistry bulkheads, MeterRegistry meters) {
		super(Config.class);
		this.bulkheads = bulkheads;
		this.meters = meters;
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of("name");
	}

	@Override
	public GatewayFilter apply(Config config) {
		String name = config.required();
		Bulkhead bulkhead = this.bulkheads.find(name)
			.orElseThrow(() -> new IllegalArgumentException(
					"Bulkhead=%s: resilience4j.bulkhead.instances does not have it".formatted(name)));
		Counter refused = Counter.builder("gateway.bulkhead.refused")
			.description("Requests that were refused because too many were in progress")
			.tag("bulkhead", name)
			.register(this.meters);
		return new OrderedGatewayFilter((exchange, chain) -> Mono.defer(() -> {
			if (!bulkhead.tryAcquirePermission()) {
				refused.increment();
				return Mono.error(new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE,
						"%d requests are in progress; nothing was done with this one"
							.formatted(bulkhead.getBulkheadConfig().getMaxConcurrentCalls())));
			}
			return chain.filter(exchange).doFinally((end) -> bulkhead.onComplete());
		}), Ordered.HIGHEST_PRECEDENCE + 1);
	}

	/**
	 * What a route says.
	 *
	 * @param name of the bulkhead, in {@code resilience4j.bulkhead.instances}
	 */
	record Config(@Nullable String name) {

		String required() {
			if (this.name == null) {
				throw new IllegalArgumentException("Bulkhead: a name is required");
			}
			return this.name;
		}

	}

}
