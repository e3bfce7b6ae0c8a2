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

/** The election on a real PostgreSQL. Times are a quarter of the defaults. */
class ElectionTests {

	private static final ElectionProperties TIMES = new ElectionProperties(Duration.ofSeconds(2),
			Duration.ofMillis(700), Duration.ofMillis(400), Duration.ofMillis(100));

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
		Candidate leader = (first.events.poll(5, TimeUnit.SECONDS) != null) ? first : second;
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
		assertThat(next.events.poll(1, TimeUnit.SECONDS)).as("the lease is over, the effect is not").isNull();
		goOn.countDown();
		effect.join();
		assertThat(next.granted().number()).isEqualTo(term.number() + 1);
		assertThat(old.effects()).isEqualTo(1);
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

	private Candidate candidate(String id) {
		Candidate candidate = new Candidate(this.lease, id + "/" + this.candidates.size());
		this.candidates.add(candidate);
		return candidate;
	}

	private static final class Candidate implements LeaderTask, AutoCloseable {

		private final String lease;

		private final HikariDataSource pool = DATABASE.pool();

		private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

		private final PostgresLeaseStore store;

		private final LeaseLock lock;

		private final Elector elector;

		Candidate(String lease, String holder) {
			this.lease = lease;
			this.store = new PostgresLeaseStore(JdbcClient.create(this.pool), transactions());
			this.lock = new LeaseLock(this.store, lease, holder, TIMES, System::nanoTime, Pause.REAL);
			this.elector = new Elector(lease, holder, this.lock, TIMES, List.of(this));
		}

		TransactionTemplate transactions() {
			return new TransactionTemplate(new JdbcTransactionManager(this.pool));
		}

		FencedOperations fenced() {
			return new FencedOperations(JdbcClient.create(this.pool), new JdbcTransactionManager(this.pool),
					new SimpleMeterRegistry());
		}

		int effect() {
			return JdbcClient.create(this.pool)
				.sql("insert into owner.job (source, handler, parameters) values (?, 'h', '{}')")
				.param(this.lease)
				.update();
		}

		long effects() {
			return JdbcClient.create(this.pool)
				.sql("select count(*) from owner.job where source = ?")
				.param(this.lease)
				.query((row, number) -> row.getLong(1))
				.single();
		}

		Candidate start() {
			this.elector.start();
			return this;
		}

		Term granted() throws InterruptedException {
			@Nullable Object event = this.events.poll(5, TimeUnit.SECONDS);
			assertThat(event).isInstanceOf(Term.class);
			return (Term) java.util.Objects.requireNonNull(event);
		}

		@Override
		public void granted(Term term) {
			this.events.add(term);
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
