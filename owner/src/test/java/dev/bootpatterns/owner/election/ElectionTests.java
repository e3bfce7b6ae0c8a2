package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.owner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/** The election on a real PostgreSQL. Times are a quarter of the defaults. */
class ElectionTests {

	private static final ElectionProperties TIMES = Times.of(2000, 700, 400, 100);

	private static final TestDatabase DATABASE = TestDatabase.migrated();

	private static int leases;

	private final String lease = "lease-" + ++leases;

	private final List<Candidate> candidates = new ArrayList<>();

	@AfterEach
	void stop() {
		this.candidates.forEach(Candidate::close);
	}

	@Test
	void ofTwoCandidates_oneLeads() throws InterruptedException {
		Candidate first = candidate("a").start();
		Candidate second = candidate("b").start();
		org.awaitility.Awaitility.await().until(() -> !first.events.isEmpty() || !second.events.isEmpty());
		Candidate leader = first.events.isEmpty() ? second : first;
		leader.granted();
		Candidate other = (leader == first) ? second : first;
		assertThat(leader.lock.term()).isPresent();
		assertThat(other.events.poll(3, TimeUnit.SECONDS)).as("longer than the lease").isNull();
		assertThat(leader.events).isEmpty();
	}

	@Test
	void stoppedLeader_isReplacedAtOnce_underAHigherTerm() throws InterruptedException {
		Candidate first = candidate("a").start();
		Term before = first.granted();
		Candidate second = candidate("b").start();
		first.elector.stop();
		assertThat(first.events.poll()).as("the tasks were stopped before the lease was released").isEqualTo("revoked");
		Object next = second.events.poll(2, TimeUnit.SECONDS);
		assertThat(next).isEqualTo(new Term(this.lease, before.number() + 1));
	}

	@Test
	void leaderCutOffFromTheDatabase_stepsDownByItself_beforeTheOtherLeads() throws InterruptedException {
		Candidate first = candidate("a").start();
		Term before = first.granted();
		Candidate second = candidate("b").start();
		first.pool.close();
		assertThat(first.events.poll(5, TimeUnit.SECONDS)).isEqualTo("revoked");
		assertThat(second.events).as("the lease lasts longer than its holder trusts it").isEmpty();
		assertThat(second.granted().number()).isGreaterThan(before.number());
	}

	@Test
	void leaderThatHangsInTheStore_stepsDownByItself() throws InterruptedException {
		Candidate first = candidate("a").start();
		first.granted();
		CountDownLatch done = new CountDownLatch(1);
		Thread holder = Thread.ofVirtual().start(() -> first.transactions().executeWithoutResult((status) -> {
			JdbcClient.create(first.pool)
				.sql("select 1 from owner.lease where name = ? for update")
				.param(this.lease)
				.query(Integer.class)
				.single();
			awaitQuietly(done);
		}));
		assertThat(first.events.poll(4, TimeUnit.SECONDS)).isEqualTo("revoked");
		done.countDown();
		holder.join();
	}

	@Test
	void taskThatHangs_costsNoLease_andIsToldInOrderAfterwards() throws InterruptedException {
		Candidate first = candidate("a");
		CountDownLatch hanging = new CountDownLatch(1);
		first.hanging = hanging;
		first.start();
		org.awaitility.Awaitility.await()
			.until(() -> JdbcClient.create(first.pool)
				.sql("select count(*) from owner.lease where name = ? and expires_at - acquired_at > interval '7 seconds'")
				.param(this.lease)
				.query(Long.class)
				.single() == 1);
		assertThat(first.lock.term()).as("renewed for five seconds more than it lasts").isPresent();
		assertThat(first.events).isEmpty();
		hanging.countDown();
		assertThat(first.granted().number()).isEqualTo(1);
		first.elector.stop();
		assertThat(first.events).containsExactly("revoked");
	}

	@Test
	void stoppedElector_canCampaignAgain() throws InterruptedException {
		Candidate first = candidate("a").start();
		first.granted();
		first.elector.stop();
		assertThat(first.events.poll()).isEqualTo("revoked");
		assertThat(first.start().granted().number()).isEqualTo(2);
	}

	@Test
	void tasks_areWarned_whileTheLeaseCannotBeRenewed() throws InterruptedException {
		Candidate first = candidate("a").start();
		Term term = first.granted();
		assertThat(first.warnings).as("while renewals succeed").isEmpty();
		first.pool.close();
		assertThat(first.events.poll(5, TimeUnit.SECONDS)).isEqualTo("revoked");
		assertThat(first.warnings).containsExactly(term);
	}

	@Test
	void release_isHeardOf_longBeforeTheNextLook() throws InterruptedException {
		ElectionProperties slow = Times.of(300_000, 1000, 100_000, 100_000);
		Candidate first = candidate("a", slow).start();
		first.granted();
		Candidate second = candidate("b", slow).start();
		second.awaitLook();
		try (ReleaseNews news = new ReleaseNews(second.pool, TIMES, (name) -> second.elector.leaseReleased())) {
			assertThat(news).isNotNull();
			awaitListening();
			first.elector.stop();
			assertThat(second.granted().number()).isEqualTo(2);
		}
	}

	@Test
	void history_saysWhoHadItUntilWhen_andHowItEnded() {
		PostgresLeaseStore store = candidate("a").store;
		LeaseHistory history = new LeaseHistory(JdbcClient.create(this.candidates.getFirst().pool));
		store.acquire(this.lease, "released", Duration.ofSeconds(60));
		store.release(this.lease, "released", 1);
		store.acquire(this.lease, "expired", Duration.ofMillis(1));
		acquireEventually(this.candidates.getFirst());
		List<LeaseHistory.Transition> own = history.last()
			.stream()
			.filter((one) -> one.role().equals(this.lease))
			.toList();
		assertThat(own)
			.extracting(LeaseHistory.Transition::term, LeaseHistory.Transition::holder, LeaseHistory.Transition::how)
			.containsExactly(tuple(3L, "b", null), tuple(2L, "expired", "EXPIRED"), tuple(1L, "released", "RELEASED"));
		assertThat(own.get(0).until()).isNull();
		assertThat(own.get(1).until()).isAfterOrEqualTo(own.get(1).since().plusMillis(1))
			.isBeforeOrEqualTo(own.get(0).since());
		assertThat(own.get(2).until()).isBeforeOrEqualTo(own.get(1).since());
	}

	@Test
	void history_isBounded() {
		PostgresLeaseStore store = candidate("a").store;
		for (int i = 0; i < LeaseHistory.KEPT + 10; i++) {
			store.release(this.lease, "a", store.acquire(this.lease, "a", Duration.ofSeconds(60)).orElseThrow());
		}
		JdbcClient jdbc = JdbcClient.create(this.candidates.getFirst().pool);
		assertThat(jdbc.sql("select count(*) from owner.lease_transition").query(Long.class).single())
			.isBetween((long) LeaseHistory.KEPT, LeaseHistory.KEPT + 20L);
		assertThat(new LeaseHistory(jdbc).last()).hasSize(LeaseHistory.KEPT)
			.first()
			.satisfies((newest) -> assertThat(newest.term()).isEqualTo(LeaseHistory.KEPT + 10L));
	}

	@Test
	void restartedReplica_isAnotherHolder_andItsTermIsHigher() throws InterruptedException {
		Candidate before = candidate("a").start();
		Term first = before.granted();
		before.elector.stop();
		assertThat(candidate("a").start().granted().number()).isEqualTo(first.number() + 1);
	}

	@Test
	void terms_strictlyIncrease_overManyGrants() {
		PostgresLeaseStore store = candidate("a").store;
		long last = 0;
		for (int i = 0; i < 20; i++) {
			long term = store.acquire(this.lease, "h" + i, Duration.ofSeconds(60)).orElseThrow();
			assertThat(term).isGreaterThan(last);
			assertThat(store.acquire(this.lease, "other", Duration.ofSeconds(60))).isEmpty();
			assertThat(store.renew(this.lease, "h" + i, term, Duration.ofSeconds(60))).isTrue();
			store.release(this.lease, "h" + i, term);
			assertThat(store.renew(this.lease, "h" + i, term, Duration.ofSeconds(60))).isFalse();
			last = term;
		}
	}

	@Test
	void effectOfAnOldTerm_isRefused_andChangesNothing() {
		Candidate paused = candidate("a");
		Term old = new Term(this.lease, paused.store.acquire(this.lease, "a", Duration.ofMillis(1)).orElseThrow());
		Candidate next = candidate("b");
		long term = acquireEventually(next);
		FencedOperations fenced = paused.fenced();
		assertThatExceptionOfType(StaleTermException.class).isThrownBy(() -> fenced.inTransaction(old, paused::effect));
		assertThat(paused.effects()).isZero();
		assertThat(paused.refused()).isEqualTo(1);
		assertThat(next.fenced().inTransaction(new Term(this.lease, term), next::effect)).isEqualTo(1);
		assertThat(next.effects()).isEqualTo(1);
	}

	@Test
	void grant_waitsForTheEffectUnderWay_soNoEffectIsCommittedAfterALaterGrant() throws InterruptedException {
		Candidate old = candidate("a");
		Term term = new Term(this.lease, old.store.acquire(this.lease, "a", Duration.ofMillis(200)).orElseThrow());
		CountDownLatch underWay = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		Thread effect = Thread.ofVirtual().start(() -> old.fenced().inTransaction(term, () -> {
			underWay.countDown();
			awaitQuietly(goOn);
			return old.effect();
		}));
		assertThat(underWay.await(2, TimeUnit.SECONDS)).isTrue();
		Candidate next = candidate("b").start();
		assertThat(next.events.poll(500, TimeUnit.MILLISECONDS)).as("the lease is over, the effect is not").isNull();
		goOn.countDown();
		effect.join();
		assertThat(next.granted().number()).isEqualTo(term.number() + 1);
		assertThat(old.effects()).isEqualTo(1);
	}

	@Test
	void effectThatIsPausedInTheMiddle_isUndoneAndRefused_andHoldsUpTheNextGrantForNoLongerThanTheLease()
			throws InterruptedException {
		Candidate old = candidate("a");
		Term term = new Term(this.lease, old.store.acquire(this.lease, "a", TIMES.lease()).orElseThrow());
		CountDownLatch goOn = new CountDownLatch(1);
		CountDownLatch underWay = new CountDownLatch(1);
		BlockingQueue<Throwable> refusal = new LinkedBlockingQueue<>();
		FencedOperations fenced = old.fenced();
		Thread paused = Thread.ofVirtual().start(() -> {
			try {
				fenced.inTransaction(term, () -> {
					int effect = old.effect();
					underWay.countDown();
					awaitQuietly(goOn);
					return effect;
				});
			}
			catch (RuntimeException ex) {
				refusal.add(ex);
			}
		});
		assertThat(underWay.await(5, TimeUnit.SECONDS)).isTrue();
		Candidate next = candidate("b").start();
		assertThat(next.granted().number()).isEqualTo(term.number() + 1);
		goOn.countDown();
		paused.join();
		assertThat(refusal.poll()).isInstanceOf(StaleTermException.class).hasMessageContaining("was rolled back");
		assertThat(old.refused()).isEqualTo(1);
		assertThat(old.effects()).isZero();
	}

	private long acquireEventually(Candidate candidate) {
		return org.awaitility.Awaitility.await()
			.until(() -> candidate.store.acquire(this.lease, "b", Duration.ofSeconds(60)),
					java.util.OptionalLong::isPresent)
			.getAsLong();
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void awaitListening() {
		try (HikariDataSource pool = DATABASE.pool()) {
			org.awaitility.Awaitility.await()
				.until(() -> JdbcClient.create(pool)
					.sql("select count(*) from pg_stat_activity where query like 'listen %' and datname = current_database()")
					.query(Long.class)
					.single() > 0);
		}
	}

	private Candidate candidate(String id) {
		return candidate(id, TIMES);
	}

	private Candidate candidate(String id, ElectionProperties times) {
		Candidate candidate = new Candidate(this.lease, id + "/" + this.candidates.size(), times);
		this.candidates.add(candidate);
		return candidate;
	}

	private static final class Candidate implements LeaderTask, AutoCloseable {

		private final String lease;

		private final HikariDataSource pool = DATABASE.pool();

		private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

		private volatile @Nullable CountDownLatch hanging;

		private final BlockingQueue<Term> warnings = new LinkedBlockingQueue<>();

		private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

		private final PostgresLeaseStore store;

		private final LeaseLock lock;

		private final Elector elector;

		Candidate(String lease, String holder, ElectionProperties times) {
			this.lease = lease;
			this.store = new PostgresLeaseStore(JdbcClient.create(this.pool), transactions());
			this.lock = new LeaseLock(this.store, lease, holder, times, () -> 0, System::nanoTime, Pause.real());
			this.elector = new Elector(holder, this.lock, times, List.of(this));
		}

		TransactionTemplate transactions() {
			return new TransactionTemplate(new JdbcTransactionManager(this.pool));
		}

		FencedOperations fenced() {
			return new FencedOperations(JdbcClient.create(this.pool), new JdbcTransactionManager(this.pool), TIMES,
					this.meters);
		}

		int effect() {
			return JdbcClient.create(this.pool)
				.sql("insert into owner.job (source, handler, parameters) values (?, 'h', '{}')")
				.param(this.lease)
				.update();
		}

		double refused() {
			return this.meters.get("owner.fenced.refused").counter().count();
		}

		long effects() {
			return JdbcClient.create(this.pool)
				.sql("select count(*) from owner.job where source = ?")
				.param(this.lease)
				.query((row, number) -> row.getLong(1))
				.single();
		}

		/** Until it waits for its next look. */
		void awaitLook() {
			org.awaitility.Awaitility.await()
				.until(() -> Thread.getAllStackTraces()
					.entrySet()
					.stream()
					.anyMatch((thread) -> thread.getKey().getName().equals("owner-lease-" + this.lease)
							&& thread.getKey().getState() == Thread.State.TIMED_WAITING
							&& java.util.Arrays.stream(thread.getValue())
								.anyMatch((frame) -> frame.getMethodName().equals("acquire"))));
		}

		Candidate start() {
			this.elector.start(Duration.ZERO);
			return this;
		}

		Term granted() throws InterruptedException {
			@Nullable Object event = this.events.poll(5, TimeUnit.SECONDS);
			assertThat(event).isInstanceOf(Term.class);
			return (Term) java.util.Objects.requireNonNull(event);
		}

		@Override
		public String role() {
			return this.lease;
		}

		@Override
		public void granted(Term term) {
			CountDownLatch until = this.hanging;
			if (until != null) {
				awaitQuietly(until);
			}
			this.events.add(term);
		}

		@Override
		public void expiring(Term term, Duration left) {
			this.warnings.add(term);
		}

		@Override
		public void revoked() {
			this.events.add("revoked");
		}

		@Override
		public void close() {
			this.elector.stop();
			this.pool.close();
		}

	}

}
