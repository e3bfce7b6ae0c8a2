package dev.bootpatterns.gateway.hotkeys;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

import static org.assertj.core.api.Assertions.assertThat;

/** Fetches that land when the test says so, in a time of its own. */
class FlightsTests {

	private static final String KEY = "k";

	private final AtomicLong now = new AtomicLong(-5_000_000_000L);

	private final List<Sinks.One<Landing>> fetches = new ArrayList<>();

	private final List<Long> times = new ArrayList<>();

	private int ended;

	@Test
	void readers_neverGetWhatWasFetchedBeforeTheyAsked_andShareTheNextFetch() {
		Flights flights = flights(Map.of());
		List<Reader> readers = IntStream.range(0, 10).mapToObj((i) -> new Reader(flights)).toList();
		assertThat(this.fetches).hasSize(2);
		land(0, "old");
		assertThat(readers.getFirst().got()).isEqualTo("old");
		assertThat(readers.subList(1, 10)).noneMatch(Reader::isDone);
		assertThat(this.fetches).hasSize(3);
		land(2, "new");
		assertThat(readers.subList(2, 10)).extracting(Reader::got).containsOnly("new");
		assertThat(readers).filteredOn(Reader::isDone).filteredOn(Reader::isFirst).hasSize(2);
		land(1, "other");
		assertThat(readers.get(1).got()).isEqualTo("other");
		assertThat(this.fetches).hasSize(3);
		assertThat(flights.waiting()).isZero();
		assertThat(flights.copy(KEY)).isNull();
	}

	@Test
	void fetchThatHangs_holdsUpNobodyElse() {
		Flights flights = flights(Map.of());
		Reader hanging = new Reader(flights);
		for (int i = 1; i <= 5; i++) {
			Reader next = new Reader(flights);
			land(i, "v" + i);
			assertThat(next.got()).isEqualTo("v" + i);
		}
		assertThat(hanging.isDone()).isFalse();
	}

	@Test
	void withinTheTtl_readersShareFetchesUnderWay_andTheCopy() {
		Flights flights = flights(Map.of("ttl", "250ms"));
		List<Reader> readers = IntStream.range(0, 10).mapToObj((i) -> new Reader(flights)).toList();
		assertThat(this.fetches).hasSize(1);
		pass(100);
		land(0, "v");
		assertThat(readers).extracting(Reader::got).containsOnly("v");
		assertThat(flights.copy(KEY)).isNotNull();
	}

	@Test
	void copy_isNeverOlderThanTheTtl_countedFromTheBeginningOfItsFetch() {
		Flights flights = flights(Map.of("ttl", "250ms"));
		new Reader(flights);
		pass(100);
		land(0, "v");
		pass(149);
		assertThat(flights.copy(KEY)).isNotNull();
		pass(1);
		assertThat(flights.copy(KEY)).isNull();
	}

	@Test
	void fetchThatTakesLongerThanTheTtl_takesNobodyAlong_andLeavesNoCopy() {
		Flights flights = flights(Map.of("ttl", "250ms"));
		new Reader(flights);
		pass(250);
		Reader late = new Reader(flights);
		assertThat(this.fetches).hasSize(2);
		land(0, "old");
		assertThat(late.isDone()).isFalse();
		assertThat(flights.copy(KEY)).isNull();
	}

	@Test
	void flightThatWaited_isAsOldAsItsDeparture() {
		Flights flights = flights(Map.of("ttl", "250ms"));
		new Reader(flights);
		pass(250);
		new Reader(flights);
		pass(250);
		new Reader(flights);
		pass(50);
		land(0, "old");
		assertThat(this.times.get(2) - this.times.get(0)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(550));
	}

	@Test
	void write_keepsNewReadersFromFetchesUnderWay_whichLeaveNoCopy() {
		Flights flights = flights(Map.of("ttl", "1m"));
		Reader before = new Reader(flights);
		assertThat(flights.written(KEY)).isTrue();
		Reader after = new Reader(flights);
		land(0, "old");
		assertThat(before.got()).isEqualTo("old");
		assertThat(after.isDone()).isFalse();
		assertThat(flights.copy(KEY)).isNull();
		land(1, "new");
		assertThat(after.got()).isEqualTo("new");
		assertThat(flights.copy(KEY)).isNotNull();
	}

	@Test
	void write_removesTheCopy_ofItsKeyOnly() {
		Flights flights = flights(Map.of("ttl", "1m"));
		new Reader(flights);
		land(0, "v");
		assertThat(flights.written("other")).isFalse();
		assertThat(flights.copy(KEY)).isNotNull();
		assertThat(flights.written(KEY)).isTrue();
		assertThat(flights.copy(KEY)).isNull();
		assertThat(flights.written(KEY)).isFalse();
	}

	@Test
	void fetchThatNobodyWaitsFor_isGivenUp_andTheNextBegins() {
		Flights flights = flights(Map.of());
		List<Reader> readers = IntStream.range(0, 3).mapToObj((i) -> new Reader(flights)).toList();
		readers.get(0).leave();
		assertThat(this.ended).isOne();
		assertThat(this.fetches).hasSize(3);
		readers.get(1).leave();
		readers.get(2).leave();
		assertThat(this.ended).isEqualTo(3);
		assertThat(flights.waiting()).isZero();
		new Reader(flights);
		land(3, "v");
	}

	@Test
	void fetchThatAllLeftBeforeItBegan_neverBegins() {
		Flights flights = flights(Map.of());
		List<Reader> readers = IntStream.range(0, 3).mapToObj((i) -> new Reader(flights)).toList();
		readers.get(2).leave();
		land(0, "a");
		land(1, "b");
		assertThat(this.fetches).hasSize(2);
	}

	@Test
	void readerWhoLeaves_takesTheFetchFromNobody() {
		Flights flights = flights(Map.of("ttl", "1m"));
		Reader first = new Reader(flights);
		Reader second = new Reader(flights);
		first.leave();
		assertThat(this.ended).isZero();
		land(0, "v");
		assertThat(second.got()).isEqualTo("v");
	}

	@Test
	void failure_reachesAllWhoWaited_andNoneAfterThem() {
		Flights flights = flights(Map.of("ttl", "1m"));
		List<Reader> readers = IntStream.range(0, 3).mapToObj((i) -> new Reader(flights)).toList();
		this.fetches.getFirst().tryEmitError(new IllegalStateException("gone")).orThrow();
		assertThat(readers).allMatch((reader) -> reader.failure instanceof IllegalStateException);
		Reader next = new Reader(flights);
		land(1, "v");
		assertThat(next.got()).isEqualTo("v");
	}

	@Test
	void readersOfOneFetch_areBounded() {
		Flights flights = flights(Map.of("ttl", "1m", "max-readers", "2"));
		List<Reader> readers = IntStream.range(0, 3).mapToObj((i) -> new Reader(flights)).toList();
		assertThat(readers.get(2).alone()).isEqualTo(Reason.CROWDED);
		assertThat(flights.waiting()).isEqualTo(2);
	}

	@Test
	void readerWhoseFetchDoesNotBegin_asksByItself() {
		Flights flights = flights(Map.of("patience", "1ms"));
		new Reader(flights);
		new Reader(flights);
		Landing landing = fly(flights, KEY, "/k").map(Flights.Ticket::landing).block(Duration.ofSeconds(30));
		assertThat(landing).isEqualTo(new Landing.Alone(Reason.WAITED));
		assertThat(flights.waiting()).isEqualTo(2);
	}

	@Test
	void keyWithTwoPaths_isSharedForOneOfThem() {
		Flights flights = flights(Map.of("ttl", "1m"));
		new Reader(flights);
		assertThat(new Reader(flights, KEY, "/other/k").alone()).isEqualTo(Reason.VARIANT);
	}

	@Test
	void answerThatCannotBeShared_isRemembered_untilAWriteOrSomeSeconds() {
		Flights flights = flights(Map.of());
		new Reader(flights);
		this.fetches.getFirst().tryEmitValue(new Landing.Alone(Reason.SIZE)).orThrow();
		assertThat(flights.isAlone(KEY)).isTrue();
		flights.written(KEY);
		assertThat(flights.isAlone(KEY)).isFalse();
		new Reader(flights);
		this.fetches.get(1).tryEmitValue(new Landing.Alone(Reason.SIZE)).orThrow();
		assertThat(flights.isAlone(KEY)).isTrue();
		pass(5_000);
		assertThat(flights.isAlone(KEY)).isFalse();
	}

	@Test
	void answerThatBrokeOff_isNotRemembered() {
		Flights flights = flights(Map.of());
		Reader reader = new Reader(flights);
		this.fetches.getFirst().tryEmitValue(new Landing.Alone(Reason.BROKEN)).orThrow();
		assertThat(reader.alone()).isEqualTo(Reason.BROKEN);
		assertThat(flights.isAlone(KEY)).isFalse();
	}

	@Test
	void copies_areBoundedTogether() {
		Flights flights = flights(Map.of("ttl", "1m", "max-size", "3500B"));
		for (int i = 0; i < 20; i++) {
			new Reader(flights, "k" + i, "/k" + i);
			land(i, "v");
		}
		assertThat(IntStream.range(0, 20).filter((i) -> flights.copy("k" + i) != null).count()).isEqualTo(3);
	}

	private Flights flights(Map<String, String> settings) {
		return new Flights(properties(settings), this.now::get);
	}

	static HotKeyProperties properties(Map<String, String> settings) {
		return new Binder(new MapConfigurationPropertySource(settings)).bindOrCreate("", HotKeyProperties.class);
	}

	private void pass(long millis) {
		this.now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
	}

	private void land(int fetch, String body) {
		HttpHeaders headers = new HttpHeaders();
		headers.setETag("\"" + body + "\"");
		this.fetches.get(fetch)
			.tryEmitValue(new Copy("/k", HttpStatus.OK, headers, body.getBytes(StandardCharsets.UTF_8),
					this.times.get(fetch)))
			.orThrow();
	}

	private Mono<Flights.Ticket> fly(Flights flights, String key, String path) {
		return flights.fly(key, path, () -> (at) -> {
			Sinks.One<Landing> landing = Sinks.one();
			this.fetches.add(landing);
			this.times.add(at);
			return landing.asMono().doOnCancel(() -> this.ended++);
		});
	}

	private final class Reader {

		private final Disposable waiting;

		private Flights.@Nullable Ticket ticket;

		private @Nullable Throwable failure;

		Reader(Flights flights) {
			this(flights, KEY, "/k");
		}

		Reader(Flights flights, String key, String path) {
			this.waiting = fly(flights, key, path).subscribe((got) -> this.ticket = got,
					(failed) -> this.failure = failed);
		}

		boolean isDone() {
			return this.ticket != null;
		}

		boolean isFirst() {
			return Objects.requireNonNull(this.ticket).isFirst();
		}

		private Landing landing() {
			return Objects.requireNonNull(this.ticket).landing();
		}

		String got() {
			return new String(((Copy) landing()).body(), StandardCharsets.UTF_8);
		}

		Reason alone() {
			return ((Landing.Alone) landing()).reason();
		}

		void leave() {
			this.waiting.dispose();
		}

	}

}
