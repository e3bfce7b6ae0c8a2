package dev.bootpatterns.owner.locks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.owner.support.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.ErrorResponseException;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What a lock is, on a real PostgreSQL, asked through two replicas. */
class LockStoreTests {

	private static final AtomicInteger NAMES = new AtomicInteger();

	private static HikariDataSource database;

	private static HikariDataSource other;

	private LockStore first;

	private LockStore second;

	private String name;

	@BeforeAll
	static void open() {
		TestDatabase test = TestDatabase.migrated();
		database = test.pool();
		other = test.pool();
	}

	@BeforeEach
	void name() {
		this.first = TestLocks.on(database);
		this.second = TestLocks.on(other);
		this.name = "lock-" + NAMES.incrementAndGet();
	}

	@AfterAll
	static void close() {
		database.close();
		other.close();
	}

	@Test
	void heldLock_isRefusedToOthers_namingTheHolder_throughAnyReplica() {
		HeldLock held = granted(this.first, "a");
		LockStore.Attempt attempt = this.second.acquire(this.name, TestLocks.request("b"), null);
		assertThat(attempt.granted()).isFalse();
		assertThat(attempt.lock().holder()).isEqualTo("a");
		assertThat(attempt.lock().token()).isEqualTo(held.token());
		assertThat(attempt.lock().expiresInMs()).isBetween(1L, 60_000L);
	}

	@Test
	void sameHoldersName_isNoKey_toItsLock() {
		granted(this.first, "a");
		assertThat(this.second.acquire(this.name, TestLocks.request("a"), null).granted()).isFalse();
		assertThat(this.second.acquire(this.name, TestLocks.request("a"), "other-process").granted()).isFalse();
	}

	@Test
	void requestThatIsRepeated_leadsToTheSameGrant_whichIsNotMadeLonger() {
		LockRequest request = new LockRequest("a", Duration.ofSeconds(5));
		HeldLock lock = this.first.acquire(this.name, request, "key").lock();
		LockStore.Attempt again = this.second.acquire(this.name, TestLocks.request("a"), "key");
		assertThat(again.granted()).isTrue();
		assertThat(again.lock().token()).isEqualTo(lock.token());
		assertThat(again.lock().expiresInMs()).isLessThanOrEqualTo(5000);
		assertThat(this.second.acquire(this.name, TestLocks.request("b"), "key").granted()).isFalse();
	}

	@Test
	void requestThatIsRepeated_afterItsGrantIsOver_isANewOne() {
		long token = this.first.acquire(this.name, TestLocks.request("a"), "key").lock().token();
		TestLocks.timePasses(database, this.name);
		LockStore.Attempt again = this.second.acquire(this.name, TestLocks.request("a"), "key");
		assertThat(again.granted()).isTrue();
		assertThat(again.lock().token()).isGreaterThan(token);
	}

	@Test
	void tokens_rise_afterReleaseExpiryAndForgetting() {
		List<Long> tokens = new ArrayList<>();
		tokens.add(granted(this.first, "a").token());
		assertThat(this.second.release(this.name, tokens.getLast())).isTrue();
		tokens.add(granted(this.second, "b").token());
		TestLocks.timePasses(database, this.name);
		tokens.add(granted(this.first, "c").token());
		assertThat(this.first.release(this.name, tokens.getLast())).isTrue();
		assertThat(this.first.forget(Duration.ZERO, 1000)).isPositive();
		assertThat(this.first.find(this.name).version()).as("the row is gone").isZero();
		tokens.add(granted(this.second, "d").token());
		assertThat(tokens).isSorted().doesNotHaveDuplicates();
	}

	@Test
	void renewal_needsTheToken_andChangesNoVersion() {
		HeldLock lock = this.first.acquire(this.name, new LockRequest("a", Duration.ofSeconds(5)), null).lock();
		assertThat(this.second.renew(this.name, TestLocks.request("a"), lock.token() + 1)).isEmpty();
		assertThat(this.second.renew(this.name, TestLocks.request("b"), lock.token())).isEmpty();
		HeldLock renewed = this.second.renew(this.name, TestLocks.request("a"), lock.token()).orElseThrow();
		assertThat(renewed.version()).isEqualTo(lock.version());
		assertThat(renewed.expiresInMs()).isGreaterThan(5000);
	}

	@Test
	void grantThatIsOver_isNotRenewedOrReleased_evenIfNobodyElseHasCome() {
		HeldLock lock = granted(this.first, "a");
		TestLocks.timePasses(database, this.name);
		assertThat(this.first.find(this.name).held()).isEmpty();
		assertThat(this.first.held("", 1000)).noneMatch((held) -> held.name().equals(this.name));
		assertThat(this.first.renew(this.name, TestLocks.request("a"), lock.token())).isEmpty();
		assertThat(this.first.release(this.name, lock.token())).isFalse();
	}

	@Test
	void staleToken_releasesNothing() {
		HeldLock old = granted(this.first, "a");
		TestLocks.timePasses(database, this.name);
		HeldLock present = granted(this.second, "b");
		assertThat(this.first.release(this.name, old.token())).isFalse();
		assertThat(this.first.find(this.name).held()).map(HeldLock::token).contains(present.token());
	}

	@Test
	void manyWhoComeAtOnce_areOneHolder() throws Exception {
		List<LockStore.Attempt> attempts = atOnce(16, (number) -> () -> ((number % 2 == 0) ? this.first : this.second)
			.acquire(this.name, TestLocks.request("client-" + number), null));
		assertThat(attempts.stream().filter(LockStore.Attempt::granted)).hasSize(1);
		assertThat(attempts.stream().map((attempt) -> attempt.lock().token()).distinct()).hasSize(1);
	}

	@Test
	void concurrentSwaps_loseNoUpdate() throws Exception {
		swap(null, "0");
		atOnce(8, (number) -> () -> {
			LockStore store = (number % 2 == 0) ? this.first : this.second;
			int done = 0;
			while (done < 20) {
				LockValue value = store.value(this.name).orElseThrow();
				int next = Integer.parseInt(new String(value.content(), UTF_8)) + 1;
				if (store.swap(this.name, value.version(), null, Integer.toString(next).getBytes(UTF_8), "text/plain")
					.result() == LockStore.Swap.Result.DONE) {
					done++;
				}
			}
			return done;
		});
		assertThat(text()).isEqualTo("160");
	}

	@Test
	void onlyOneOfThose_whoSwapTheSameVersion_does() throws Exception {
		long version = swap(null, "x").state().version();
		List<LockStore.Swap> swaps = atOnce(8, (number) -> () -> ((number % 2 == 0) ? this.first : this.second)
			.swap(this.name, version, null, ("client-" + number).getBytes(UTF_8), "text/plain"));
		assertThat(swaps.stream().filter((swap) -> swap.result() == LockStore.Swap.Result.DONE)).hasSize(1);
	}

	@Test
	void nameThatNobodyUses_hasNoVersionToSwap() {
		assertThat(this.first.find(this.name).version()).isZero();
		assertThat(swap(0L, "first").result()).isEqualTo(LockStore.Swap.Result.CHANGED);
		assertThat(this.first.find(this.name).version()).isZero();
	}

	@Test
	void firstValue_isWrittenOnce() {
		assertThat(swap(null, "first").result()).isEqualTo(LockStore.Swap.Result.DONE);
		assertThat(swap(null, "second").result()).isEqualTo(LockStore.Swap.Result.CHANGED);
		assertThat(text()).isEqualTo("first");
	}

	@Test
	void staleOwner_cannotWriteTheValue_byItsVersionOrByItsToken() {
		HeldLock old = granted(this.first, "a");
		TestLocks.timePasses(database, this.name);
		assertThat(this.first.swap(this.name, old.version(), null, new byte[0], "text/plain").result())
			.as("expired, and nobody has looked yet")
			.isEqualTo(LockStore.Swap.Result.CHANGED);
		HeldLock present = granted(this.second, "b");
		assertThat(this.first.swap(this.name, present.version(), old.token(), new byte[0], "text/plain").result())
			.as("it has read the version anew")
			.isEqualTo(LockStore.Swap.Result.NOT_HELD);
		assertThat(this.first.value(this.name)).isEmpty();
		assertThat(this.second.swap(this.name, present.version(), present.token(), new byte[0], "text/plain").result())
			.isEqualTo(LockStore.Swap.Result.DONE);
	}

	@Test
	void value_outlivesItsWriter_andKeepsTheNameFromBeingForgotten() {
		HeldLock lock = granted(this.first, "a");
		swap(lock.version(), "checkpoint");
		this.first.release(this.name, lock.token());
		this.first.forget(Duration.ZERO, 1000);
		assertThat(text()).isEqualTo("checkpoint");
		long version = this.first.find(this.name).version();
		assertThat(this.first.swap(this.name, version, null, null, null).result())
			.isEqualTo(LockStore.Swap.Result.DONE);
		this.first.forget(Duration.ZERO, 1000);
		assertThat(this.first.find(this.name).version()).isZero();
	}

	@Test
	void names_areForgottenByAFew_atATime() {
		for (int i = 0; i < 3; i++) {
			this.name = "unused-" + i;
			this.first.release(this.name, granted(this.first, "a").token());
		}
		assertThat(this.first.forget(Duration.ZERO, 2)).isEqualTo(2);
		assertThat(this.first.forget(Duration.ofHours(1), 1000)).as("used just now").isZero();
	}

	@Test
	void events_areWhatHappened_eachOnce_andEachNamesTheVersionBefore() throws Exception {
		HeldLock a = granted(this.first, "a");
		swap(a.version(), "x");
		TestLocks.timePasses(database, this.name);
		atOnce(4, (number) -> () -> {
			((number % 2 == 0) ? this.first : this.second).expire(1000);
			return number;
		});
		HeldLock b = granted(this.second, "b");
		this.second.release(this.name, b.token());
		List<LockEvent> events = this.first.events(Map.of(this.name, 0L), 1000);
		assertThat(events).extracting(LockEvent::type)
			.containsExactly("acquired", "value", "expired", "acquired", "released");
		assertThat(events).extracting(LockEvent::holder).containsExactly("a", "a", "a", "b", "b");
		assertThat(events).extracting(LockEvent::token)
			.containsExactly(a.token(), a.token(), a.token(), b.token(), b.token());
		long version = 0;
		for (LockEvent event : events) {
			assertThat(event.previous()).isEqualTo(version);
			version = event.version();
		}
		assertThat(this.second.find(this.name).version()).isEqualTo(version);
	}

	@Test
	void events_areTheLastHundred() {
		long version = swap(null, "0").state().version();
		for (int i = 0; i < LockStore.EVENTS; i++) {
			version = swap(version, "x").state().version();
		}
		List<LockEvent> events = this.first.events(Map.of(this.name, 0L), 1000);
		assertThat(events).hasSize(LockStore.EVENTS);
		assertThat(events.getLast().version()).isEqualTo(version);
	}

	@Test
	void namesOverTheLimit_areRefused_whileKnownOnesGoOn() {
		HeldLock lock = granted(this.first, "a");
		JdbcClient.create(database)
			.sql("insert into owner.named_lock (name) select 'many-' || n from generate_series(1, ?) n")
			.param(TestLocks.LIMIT)
			.update();
		try {
			assertThatExceptionOfType(ErrorResponseException.class)
				.isThrownBy(() -> this.first.acquire("one-more", TestLocks.request("a"), null))
				.satisfies((ex) -> assertThat(ex.getStatusCode().value()).isEqualTo(507));
			assertThat(this.first.release(this.name, lock.token())).isTrue();
			granted(this.first, "b");
		}
		finally {
			JdbcClient.create(database).sql("delete from owner.named_lock where name like 'many-%'").update();
		}
	}

	private HeldLock granted(LockStore store, String holder) {
		LockStore.Attempt attempt = store.acquire(this.name, TestLocks.request(holder), null);
		assertThat(attempt.granted()).isTrue();
		assertThat(attempt.lock().holder()).isEqualTo(holder);
		return attempt.lock();
	}

	private LockStore.Swap swap(@Nullable Long version, String text) {
		return this.first.swap(this.name, version, null, text.getBytes(UTF_8), "text/plain");
	}

	private String text() {
		return new String(this.second.value(this.name).orElseThrow().content(), UTF_8);
	}

	/** Runs clients that all begin at the same moment. */
	private static <T> List<T> atOnce(int clients, java.util.function.IntFunction<Callable<T>> client)
			throws Exception {
		CountDownLatch begin = new CountDownLatch(1);
		List<Future<T>> answers = new ArrayList<>();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < clients; i++) {
				Callable<T> call = client.apply(i);
				answers.add(threads.submit(() -> {
					begin.await();
					return call.call();
				}));
			}
			begin.countDown();
			List<T> results = new ArrayList<>();
			for (Future<T> answer : answers) {
				results.add(answer.get(60, TimeUnit.SECONDS));
			}
			return results;
		}
	}

}
