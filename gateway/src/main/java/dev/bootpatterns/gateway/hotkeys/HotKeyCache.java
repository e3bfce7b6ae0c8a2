package dev.bootpatterns.gateway.hotkeys;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;

/**
 * In front of one sharded service: readers of a hot key share what they are given. Reads
 * of other keys are counted, and pass untouched; writes pass, and make old what was
 * fetched before.
 *
 * @see Hotness which keys
 * @see Flights what is shared, and what its readers can rely on
 * @see Sharing what may be shared
 */
public final class HotKeyCache {

	private final HotKeyProperties properties;

	private final Hotness hotness;

	private final Flights flights;

	private final HotKeyMeters meters;

	HotKeyCache(String service, HotKeyProperties properties, LongSupplier ticker, MeterRegistry meters) {
		this.properties = properties;
		this.hotness = new Hotness(properties);
		this.flights = new Flights(properties, ticker);
		this.meters = new HotKeyMeters(service, this.hotness, this.flights, meters);
	}

	/**
	 * Answers a request, or has it answered.
	 * @param exchange the request
	 * @param key its key
	 * @param forward how a request gets to a replica that has the key
	 * @return completes when the exchange has an answer
	 */
	public Mono<Void> route(ServerWebExchange exchange, String key, Function<ServerWebExchange, Mono<Void>> forward) {
		if (!this.properties.enabled()) {
			return forward.apply(exchange);
		}
		if (Sharing.isWrite(exchange.getRequest())) {
			// Whatever became of it, and before its answer goes on.
			return forward.apply(exchange).doOnTerminate(() -> written(key)).doOnCancel(() -> written(key));
		}
		return (Sharing.isRead(exchange.getRequest()) && this.hotness.isHot(key)) ? read(exchange, key, forward)
				: forward.apply(exchange);
	}

	private void written(String key) {
		if (this.flights.written(key)) {
			this.meters.invalidated();
		}
	}

	private Mono<Void> read(ServerWebExchange exchange, String key, Function<ServerWebExchange, Mono<Void>> forward) {
		Reason reason = !Sharing.allows(exchange.getRequest()) ? Reason.REQUEST
				: this.flights.isAlone(key) ? Reason.REMEMBERED : null;
		if (reason != null) {
			return alone(exchange, reason, forward);
		}
		String path = exchange.getRequest().getURI().getRawPath();
		Copy copy = this.flights.copy(key);
		if (copy != null) {
			return copy.suits(exchange.getRequest(), path) ? hit(exchange, copy)
					: alone(exchange, Reason.VARIANT, forward);
		}
		return this.flights.fly(key, path, () -> fetch(exchange, path, forward))
			.flatMap((ticket) -> switch (ticket.landing()) {
				case Copy landed when landed.suits(exchange.getRequest(), path) ->
					landed(exchange, landed, ticket.isFirst());
				case Copy other -> alone(exchange, Reason.VARIANT, forward);
				case Landing.Alone(Reason why) -> alone(exchange, why, forward);
			});
	}

	private LongFunction<Mono<Landing>> fetch(ServerWebExchange exchange, String path,
			Function<ServerWebExchange, Mono<Void>> forward) {
		int maxBytes = Math.toIntExact(this.properties.maxEntrySize().toBytes());
		Fetch fetch = new Fetch(exchange, path, maxBytes);
		return (now) -> fetch.by(forward, now);
	}

	private Mono<Void> alone(ServerWebExchange exchange, Reason reason,
			Function<ServerWebExchange, Mono<Void>> forward) {
		this.meters.alone(reason);
		return forward.apply(exchange);
	}

	private Mono<Void> hit(ServerWebExchange exchange, Copy copy) {
		this.meters.hit();
		return copy.answer(exchange, "boot-patterns; hit; ttl=" + seconds(this.flights.left(copy)),
				seconds(this.flights.age(copy)));
	}

	private Mono<Void> landed(ServerWebExchange exchange, Copy copy, boolean first) {
		this.meters.landed(first);
		return copy.answer(exchange, "boot-patterns; fwd=uri-miss" + (first ? "" : "; collapsed"), null);
	}

	private static long seconds(long nanos) {
		return TimeUnit.NANOSECONDS.toSeconds(nanos);
	}

	void update(Duration elapsed) {
		this.hotness.update(elapsed);
	}

}
