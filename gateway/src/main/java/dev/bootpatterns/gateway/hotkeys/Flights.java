package dev.bootpatterns.gateway.hotkeys;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Lets readers of the same key share fetches.
 * <p>
 * <b>Guarantee.</b> What a reader gets was fetched after it asked, or at most {@code ttl}
 * before, and never before the end of a write that was answered before it asked. Of one
 * key at most {@value #LANES} fetches are under way, whatever number of readers there is.
 * <p>
 * <b>Idea.</b> Readers of a key travel in flights. One that has departed takes nobody on
 * board any more, because it may have read what a reader who comes now must not see; who
 * comes meanwhile waits for the next flight, which departs as soon as one lands (as
 * databases commit in groups: the longer a fetch takes, the more share the next). A
 * {@code ttl} relaxes that by so much and no more: one may still board a flight that
 * departed less than a {@code ttl} ago, whether it is in the air or has landed. A landed
 * one is a copy.
 * <p>
 * <b>Writes.</b> The end of a write outdates every flight of the key that is in the air:
 * it lands for those on board, who asked before, and leaves no copy; so does it remove
 * the copy. (Facebook's memcache calls the right to store that a fetch may lose a lease.)
 * <p>
 * <b>Why two lanes.</b> If a replica hangs, there is one more fetch that does not wait
 * for it.
 * <p>
 * <b>Cost.</b> One lock, held for some dozen instructions and never while anything is
 * called that may wait; one who finds a copy takes none. Bounded: flights by the number
 * of hot keys, readers of each by {@code maxReaders}, copies by {@code maxSize}.
 * <p>
 * References: R. Nishtala et al., <i>Scaling Memcache at Facebook</i>, NSDI 2013, section
 * 3.2.1; D. DeWitt et al., <i>Implementation Techniques for Main Memory Database
 * Systems</i>, SIGMOD 1984 (group commit).
 */
final class Flights {

	static final int LANES = 2;

	private static final Duration REMEMBERED = Duration.ofSeconds(5);

	private static final int MAX_REMEMBERED = 2000;

	private final LongSupplier ticker;

	private final HotKeyProperties properties;

	private final long ttl;

	private final Map<String, Route> routes = new HashMap<>();

	private final Cache<String, Copy> copies;

	/** Keys whose answers could not be shared a moment ago. */
	private final Cache<String, Boolean> alone;

	Flights(HotKeyProperties properties, LongSupplier ticker) {
		this.ticker = ticker;
		this.properties = properties;
		this.ttl = properties.ttl().toNanos();
		this.copies = Caffeine.newBuilder()
			.maximumWeight(properties.maxSize().toBytes())
			.weigher((String key, Copy copy) -> copy.weight())
			.expireAfter(Expiry.creating((String key, Copy copy) -> Duration.ofNanos(left(copy))))
			.ticker(ticker::getAsLong)
			.executor(Runnable::run)
			.build();
		this.alone = Caffeine.newBuilder()
			.maximumSize(MAX_REMEMBERED)
			.expireAfterWrite(REMEMBERED)
			.ticker(ticker::getAsLong)
			.executor(Runnable::run)
			.build();
	}

	/** For how long a copy may still be given away, in nanoseconds. */
	long left(Copy copy) {
		return Math.max(0, this.ttl - age(copy));
	}

	long age(Copy copy) {
		return this.ticker.getAsLong() - copy.fetched();
	}

	@Nullable Copy copy(String key) {
		return this.copies.getIfPresent(key);
	}

	boolean isAlone(String key) {
		return this.alone.getIfPresent(key) != null;
	}

	/**
	 * Goes on board of a flight, and waits until it lands.
	 * @param key what for
	 * @param path where it is; one key may have several
	 * @param fetch what fetches at a time, should this reader be the first
	 * @return how it landed; cancelling leaves it, and who leaves last ends it
	 */
	Mono<Ticket> fly(String key, String path, Supplier<LongFunction<Mono<Landing>>> fetch) {
		return Mono.deferContextual((context) -> {
			Boarding boarding = board(key, path, () -> new Flight(path, fetch.get(), context));
			Flight flight = boarding.flight;
			if (flight == null) {
				return Mono.just(new Ticket(new Landing.Alone(boarding.refused), false));
			}
			if (boarding.starts) {
				start(key, flight);
			}
			Mono<Landing> landing = boarding.waits ? flight.departure(this.properties.patience())
				.flatMap((departed) -> departed ? flight.landing() : missed(key, flight)) : flight.landing();
			return landing.map((landed) -> new Ticket(landed, boarding.first)).doOnCancel(() -> leave(key, flight));
		});
	}

	/** Begins a fetch, with the lock free. */
	private void start(String key, Flight flight) {
		flight.start((landing) -> landed(key, flight, landing));
	}

	private Mono<Landing> missed(String key, Flight flight) {
		leave(key, flight);
		return Mono.just(new Landing.Alone(Reason.WAITED));
	}

	private synchronized Boarding board(String key, String path, Supplier<Flight> create) {
		Route route = this.routes.computeIfAbsent(key, (missing) -> new Route());
		if (!route.isTo(path)) {
			return Boarding.refused(Reason.VARIANT);
		}
		long now = this.ticker.getAsLong();
		for (Flight flight : route.departed) {
			if (flight.isYoungerThan(this.ttl, now)) {
				return flight.board(this.properties.maxReaders()) ? new Boarding(flight, false, false, false)
						: Boarding.refused(Reason.CROWDED);
			}
		}
		Flight boarding = route.boarding;
		if (boarding != null) {
			return boarding.board(this.properties.maxReaders()) ? new Boarding(boarding, false, false, true)
					: Boarding.refused(Reason.CROWDED);
		}
		return first(route, create.get());
	}

	private Boarding first(Route route, Flight flight) {
		flight.board(1);
		boolean starts = route.departed.size() < LANES;
		if (starts) {
			flight.departs(this.ticker.getAsLong());
			route.departed.add(flight);
		}
		else {
			route.boarding = flight;
		}
		return new Boarding(flight, true, starts, !starts);
	}

	private void leave(String key, Flight flight) {
		Flight next = null;
		synchronized (this) {
			Route route = this.routes.get(key);
			if (!flight.leave() || route == null) {
				return;
			}
			if (route.boarding == flight) {
				route.boarding = null;
			}
			if (route.departed.remove(flight)) {
				next = next(route);
			}
			tidy(key, route);
		}
		flight.giveUp();
		if (next != null) {
			start(key, next);
		}
	}

	private void landed(String key, Flight flight, @Nullable Landing landing) {
		Flight next;
		synchronized (this) {
			Route route = this.routes.get(key);
			if (route == null || !route.departed.remove(flight)) {
				return;
			}
			if (!flight.isOutdated()) {
				keep(key, landing);
			}
			next = next(route);
			tidy(key, route);
		}
		if (next != null) {
			start(key, next);
		}
	}

	private void keep(String key, @Nullable Landing landing) {
		if (landing instanceof Copy copy && copy.isStorable() && left(copy) > 0) {
			this.copies.put(key, copy);
		}
		else if (landing instanceof Landing.Alone(Reason reason) && reason.isLasting()) {
			this.alone.put(key, true);
		}
	}

	private @Nullable Flight next(Route route) {
		Flight next = route.boarding;
		if (next != null) {
			next.departs(this.ticker.getAsLong());
			route.departed.add(next);
			route.boarding = null;
		}
		return next;
	}

	private void tidy(String key, Route route) {
		if (route.departed.isEmpty() && route.boarding == null) {
			this.routes.remove(key);
		}
	}

	/**
	 * A write has ended, and its answer is not yet given.
	 * @param key what was written
	 * @return whether there was anything that it made old
	 */
	synchronized boolean written(String key) {
		Route route = this.routes.get(key);
		if (route != null) {
			route.departed.forEach(Flight::outdate);
		}
		this.alone.invalidate(key);
		return this.copies.asMap().remove(key) != null || (route != null && !route.departed.isEmpty());
	}

	/** How many readers wait now. */
	synchronized int waiting() {
		return this.routes.values().stream().mapToInt(Route::readers).sum();
	}

	/** The flights of one key. */
	private static final class Route {

		private final List<Flight> departed = new ArrayList<>(LANES);

		private @Nullable Flight boarding;

		int readers() {
			Flight next = this.boarding;
			return this.departed.stream().mapToInt(Flight::readers).sum() + ((next != null) ? next.readers() : 0);
		}

		boolean isTo(String path) {
			Flight any = (this.boarding != null) ? this.boarding
					: this.departed.isEmpty() ? null : this.departed.getFirst();
			return any == null || any.isTo(path);
		}

	}

	/**
	 * What a reader got who wanted to board.
	 *
	 * @param flight a flight; null if refused
	 * @param first whether it is the first on board
	 * @param starts whether it has to start the flight
	 * @param waits whether the flight has not departed
	 * @param refused why not
	 */
	private record Boarding(@Nullable Flight flight, boolean first, boolean starts, boolean waits, Reason refused) {

		Boarding(Flight flight, boolean first, boolean starts, boolean waits) {
			this(flight, first, starts, waits, Reason.CROWDED);
		}

		static Boarding refused(Reason reason) {
			return new Boarding(null, false, false, false, reason);
		}

	}

	/**
	 * A reader's share of a flight.
	 *
	 * @param landing how it landed
	 * @param isFirst whether the flight was for this reader; the others came along
	 */
	record Ticket(Landing landing, boolean isFirst) {
	}

}
