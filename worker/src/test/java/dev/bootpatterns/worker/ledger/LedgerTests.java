package dev.bootpatterns.worker.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.worker.Emission;
import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.OutputProperties;
import dev.bootpatterns.worker.TestItems;
import dev.bootpatterns.worker.WorkItem;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * On a real PostgreSQL. A worker that dies is a connection that ends: the database sees
 * no more of it.
 */
@Timeout(60)
class LedgerTests {

	private static EmbeddedPostgres postgres;

	private static final WorkItem ITEM = item("d", "7", "a", "content");

	/** What keeps a worker in the middle of its effect. */
	private final CountDownLatch go = new CountDownLatch(1);

	private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

	private HikariDataSource pool;

	private JdbcClient database;

	private Ledger ledger;

	@BeforeAll
	static void startPostgres() throws IOException {
		postgres = EmbeddedPostgres.start();
	}

	@AfterAll
	static void stopPostgres() throws IOException {
		postgres.close();
	}

	@BeforeEach
	void open() {
		this.pool = new LedgerConfiguration().workDatabase(properties(30), 4);
		this.ledger = ledger(30);
		this.database = JdbcClient.create(this.pool);
		this.database.sql("drop table if exists account").update();
		this.database.sql("create table account as select 0 as balance").update();
		this.database.sql("delete from work_ledger.item").update();
	}

	@AfterEach
	void close() {
		this.go.countDown();
		this.workers.close();
		this.pool.close();
	}

	private static DatabaseProperties properties(int deadline) {
		return new DatabaseProperties(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "",
				Duration.ofSeconds(deadline));
	}

	private Ledger ledger(int deadline) {
		return new LedgerConfiguration().ledger(this.pool, properties(deadline),
				new OutputProperties(DataSize.ofBytes(100)));
	}

	private CompletableFuture<Outcome> begin(Ledger ledger, Ledger.Effect effect) {
		return CompletableFuture.supplyAsync(() -> ledger.once(ITEM, effect), this.workers);
	}

	private static WorkItem item(String database, String job, String id, String content) {
		return new WorkItem(job, id, 1, "test", Map.of(), database, 7,
				ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
	}

	/** An effect that is another when it is had twice. */
	private static Outcome add(JdbcClient client) {
		client.sql("update account set balance = balance + 1").update();
		int balance = client.sql("select balance from account").query(Integer.class).single();
		return Outcome.done(("balance " + balance).getBytes(StandardCharsets.UTF_8));
	}

	private int balance() {
		return this.database.sql("select balance from account").query(Integer.class).single();
	}

	@Test
	void item_thatComesAgain_hasItsFirstOutcome_andNoOtherEffect() {
		assertThat(TestItems.text(this.ledger.once(ITEM, LedgerTests::add))).isEqualTo("balance 1");
		assertThat(TestItems.text(this.ledger.once(ITEM, LedgerTests::add))).isEqualTo("balance 1");
		assertThat(balance()).isOne();
	}

	@Test
	void item_doneWithoutOutput_comesAgainWithoutOne() {
		this.ledger.once(ITEM, (_) -> Outcome.done());
		assertThat(this.ledger.once(ITEM, LedgerTests::add)).isEqualTo(Outcome.done());
		assertThat(balance()).isZero();
	}

	@Test
	void items_ofOtherIdsJobsOrDatabases_areOthers() {
		this.ledger.once(ITEM, LedgerTests::add);
		this.ledger.once(item("d", "7", "b", "content"), LedgerTests::add);
		this.ledger.once(item("d", "8", "a", "content"), LedgerTests::add);
		this.ledger.once(item("e", "7", "a", "content"), LedgerTests::add);
		assertThat(balance()).isEqualTo(4);
	}

	@Test
	void item_withOtherContentThanWasDone_isRejected() {
		this.ledger.once(ITEM, LedgerTests::add);
		Outcome outcome = this.ledger.once(item("d", "7", "a", "other"), LedgerTests::add);
		assertThat(outcome)
			.isEqualTo(Outcome.rejected("the ledger says that it was done with other content; that effect stands"));
		assertThat(balance()).isOne();
	}

	@Test
	void effect_thatFailsOrThrowsOrIsTooLarge_isTakenBack_andMayBeTriedAgain() {
		assertThat(this.ledger.once(ITEM, (client) -> {
			add(client);
			return Outcome.failed("later");
		})).isEqualTo(Outcome.failed("later"));
		assertThat(this.ledger.once(ITEM, (client) -> {
			add(client);
			return Outcome.done(new byte[101]);
		})).isEqualTo(Outcome.rejected("output of 101 bytes, more than the limit of 100"));
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.ledger.once(ITEM, (client) -> {
			add(client);
			client.sql("select 1 / 0").query(Integer.class).single();
			return Outcome.done();
		}));
		assertThatIllegalArgumentException().isThrownBy(() -> this.ledger.once(ITEM, (client) -> {
			add(client);
			return Outcome.passedOn(List.of(Emission.unchanged()));
		}));
		assertThat(balance()).isZero();
		assertThat(TestItems.text(this.ledger.once(ITEM, LedgerTests::add))).isEqualTo("balance 1");
	}

	@Test
	void worker_thatDiesAfterItsEffect_andBeforeItsCommit_hasHadNone() throws Exception {
		CompletableFuture<Outcome> dying = begin(this.ledger, (client) -> {
			Outcome outcome = add(client);
			int session = client.sql("select pg_backend_pid()").query(Integer.class).single();
			try (Connection other = postgres.getPostgresDatabase().getConnection()) {
				other.createStatement().execute("select pg_terminate_backend(" + session + ")");
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
			return outcome;
		});
		assertThat(dying).failsWithin(Duration.ofSeconds(30));
		assertThat(balance()).isZero();
		assertThat(TestItems.text(this.ledger.once(ITEM, LedgerTests::add))).isEqualTo("balance 1");
	}

	@Test
	void secondAttempt_waitsForTheFirst_whichIsStillAtIt_andDoesNothing() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CompletableFuture<Outcome> first = begin(this.ledger, (client) -> {
			inside.countDown();
			awaitGo();
			return add(client);
		});
		assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
		CompletableFuture<Outcome> second = begin(this.ledger, LedgerTests::add);
		await().until(() -> this.database.sql("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
			.query(Integer.class)
			.single() == 1);
		this.go.countDown();
		assertThat(TestItems.text(first.get())).isEqualTo("balance 1");
		assertThat(TestItems.text(second.get())).isEqualTo("balance 1");
		assertThat(balance()).isOne();
	}

	@Test
	void worker_thatIsFrozenInItsTransaction_isNotWaitedForForEver_andHasNoEffectWhenItGoesOn() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CompletableFuture<Outcome> frozen = begin(ledger(1), (client) -> {
			Outcome outcome = add(client);
			inside.countDown();
			awaitGo();
			return outcome;
		});
		assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
		await().atMost(Duration.ofSeconds(30))
			.until(() -> this.database.sql("select count(*) from pg_stat_activity where state = 'idle in transaction'")
				.query(Integer.class)
				.single() == 0);
		assertThat(TestItems.text(this.ledger.once(ITEM, LedgerTests::add))).isEqualTo("balance 1");
		this.go.countDown();
		assertThat(frozen).failsWithin(Duration.ofSeconds(30));
		assertThat(balance()).isOne();
	}

	private void awaitGo() {
		try {
			this.go.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
