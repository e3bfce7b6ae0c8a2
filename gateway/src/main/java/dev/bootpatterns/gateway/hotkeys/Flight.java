package dev.bootpatterns.gateway.hotkeys;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongFunction;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.ContextView;

/**
 * One fetch and those who wait for it: first for its departure, then for its landing.
 */
final class Flight {

	private final String path;

	private final LongFunction<Mono<Landing>> fetch;

	private final ContextView context;

	private final Sinks.Empty<Void> departure = Sinks.empty();

	private final Sinks.One<Landing> landing = Sinks.one();

	private final Disposable.Swap fetching = Disposables.swap();

	/** Guarded by {@link Flights}, as is whether it has departed and when. */
	private int readers;

	private int boarded;

	private long departed;

	private boolean outdated;

	/**
	 * A flight that nobody has boarded.
	 * @param path where to
	 * @param fetch fetches, when told the time
	 * @param context of the first reader: traces
	 */
	Flight(String path, LongFunction<Mono<Landing>> fetch, ContextView context) {
		this.path = path;
		this.fetch = fetch;
		this.context = context;
	}

	boolean isTo(String other) {
		return this.path.equals(other);
	}

	/** Takes a reader on board, if there is room. */
	boolean board(int max) {
		if (this.boarded >= max) {
			return false;
		}
		this.boarded++;
		this.readers++;
		return true;
	}

	int readers() {
		return this.readers;
	}

	/** Whether that was the last reader. */
	boolean leave() {
		return --this.readers == 0;
	}

	void departs(long now) {
		this.departed = now;
	}

	boolean isYoungerThan(long nanos, long now) {
		return !this.outdated && now - this.departed < nanos;
	}

	/** There was a write since it departed. */
	void outdate() {
		this.outdated = true;
	}

	boolean isOutdated() {
		return this.outdated;
	}

	/**
	 * Begins the fetch.
	 * @param landed is told how it ended, null for an error, before the readers are
	 */
	void start(Consumer<@Nullable Landing> landed) {
		this.departure.tryEmitEmpty();
		this.fetching.update(
				Mono.defer(() -> this.fetch.apply(this.departed)).contextWrite(this.context).subscribe((landing) -> {
					landed.accept(landing);
					this.landing.tryEmitValue(landing);
				}, (failure) -> {
					landed.accept(null);
					this.landing.tryEmitError(failure);
				}));
	}

	void giveUp() {
		this.fetching.dispose();
	}

	/**
	 * Waits for the departure.
	 * @param limit how long
	 * @return whether it departed
	 */
	Mono<Boolean> departure(Duration limit) {
		return this.departure.asMono().thenReturn(true).timeout(limit, Mono.just(false));
	}

	Mono<Landing> landing() {
		return this.landing.asMono();
	}

}
