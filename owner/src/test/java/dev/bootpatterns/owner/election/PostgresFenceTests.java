package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.owner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What the database refuses for leases that are kept elsewhere. */
class PostgresFenceTests {

	private final HikariDataSource pool = TestDatabase.migrated().pool();

	private final JdbcClient jdbc = JdbcClient.create(this.pool);

	private final JdbcTransactionManager transactions = new JdbcTransactionManager(this.pool);

	private final PostgresFence fence = new PostgresFence(this.jdbc, new TransactionTemplate(this.transactions));

	private final FencedOperations fenced = new FencedOperations(this.jdbc, this.transactions,
			Times.of(10_000, 1000, 2000, 2000), new SimpleMeterRegistry());

	@AfterEach
	void close() {
		this.pool.close();
	}

	@Test
	void term_isPutInForceOnce_andNoneBelowIt() {
		assertThat(this.fence.highest("lease")).isZero();
		assertThat(this.fence.raise("lease", "a", 5)).isTrue();
		assertThat(this.fence.raise("lease", "b", 5)).as("the same again").isFalse();
		assertThat(this.fence.raise("lease", "b", 4)).as("a lower one").isFalse();
		assertThat(this.fence.highest("lease")).isEqualTo(5);
		assertThat(new LeaseHistory(this.jdbc).last()).singleElement()
			.satisfies((only) -> assertThat(only.how()).as("it was not ended by those that were refused").isNull());
	}

	@Test
	void oneTerm_isInForce_atATime() {
		this.fence.raise("lease", "a", 5);
		assertThat(this.fence.isInForce("lease", 5)).isTrue();
		assertThat(this.fence.isInForce("lease", 4)).isFalse();
		assertThat(this.fence.isInForce("lease", 6)).isFalse();
		assertThat(this.fence.isInForce("other", 5)).isFalse();
		this.fence.raise("lease", "b", 6);
		assertThat(this.fence.isInForce("lease", 5)).isFalse();
		assertThatExceptionOfType(StaleTermException.class)
			.isThrownBy(() -> this.fenced.inTransaction(new Term("lease", 5), () -> true));
		assertThat(this.fenced.inTransaction(new Term("lease", 6), () -> true)).isTrue();
	}

	@Test
	void endOfATerm_endsNoOther() {
		this.fence.raise("lease", "a", 5);
		this.fence.end("lease", 4);
		assertThat(this.fence.isInForce("lease", 5)).isTrue();
		this.fence.end("lease", 5);
		assertThat(this.fence.isInForce("lease", 5)).isFalse();
		assertThat(this.fence.highest("lease")).as("the next is above it").isEqualTo(5);
	}

	@Test
	void newTerm_waitsForTheEffectUnderWay() throws InterruptedException {
		this.fence.raise("lease", "a", 5);
		CountDownLatch underWay = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		Thread effect = Thread.ofVirtual().start(() -> this.fenced.inTransaction(new Term("lease", 5), () -> {
			underWay.countDown();
			return awaited(goOn);
		}));
		assertThat(awaited(underWay)).isTrue();
		CompletableFuture<Boolean> raised = CompletableFuture.supplyAsync(() -> this.fence.raise("lease", "b", 6));
		Awaitility.await()
			.until(() -> this.jdbc
				.sql("select exists (select from pg_locks where locktype = 'advisory' and not granted)")
				.query(Boolean.class)
				.single());
		assertThat(raised).isNotDone();
		goOn.countDown();
		effect.join();
		assertThat(raised).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(true);
	}

	private static boolean awaited(CountDownLatch latch) {
		try {
			return latch.await(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
