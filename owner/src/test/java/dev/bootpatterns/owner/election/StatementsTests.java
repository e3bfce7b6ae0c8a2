package dev.bootpatterns.owner.election;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.owner.support.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/** What the election costs a PostgreSQL, counted on the way to it. */
class StatementsTests {

	private static final Duration LEASE = Duration.ofSeconds(10);

	private static final Duration RETRY = Duration.ofSeconds(2);

	private static final int CANDIDATES = 1000;

	private final TestDatabase database = TestDatabase.migrated();

	private WiredStatements statements;

	private HikariDataSource pool;

	private LeaseStore store;

	@BeforeEach
	void connect() throws IOException {
		this.statements = new WiredStatements(this.database.url());
		this.pool = pool();
		this.store = store(this.pool);
		this.store.find("any");
		this.statements.take();
	}

	@AfterEach
	void close() throws IOException {
		this.pool.close();
		this.statements.close();
	}

	@Test
	void look_isOneStatement_whetherTheLeaseIsTakenOrNot() {
		this.store.find("lease");
		assertThat(this.statements.take()).hasSize(1);
		this.store.acquire("lease", "a", LEASE);
		this.statements.take();
		this.store.find("lease");
		assertThat(this.statements.take()).hasSize(1);
	}

	@Test
	void renewal_andRelease_areOneStatement_aGrantIsSeven() {
		assertThat(this.store.acquire("lease", "a", LEASE)).hasValue(1);
		assertThat(this.statements.take()).hasSize(7).first().isEqualTo("BEGIN");
		assertThat(this.store.renew("lease", "a", 1, LEASE)).isTrue();
		assertThat(this.statements.take()).hasSize(1);
		this.store.release("lease", "a", 1);
		assertThat(this.statements.take()).hasSize(1);
	}

	@Test
	void thousandCandidates_costOneStatementEachAPeriod_andOneOfThemLeads() {
		Queue<Term> granted = new ConcurrentLinkedQueue<>();
		List<Elector> electors = new ArrayList<>();
		List<LeaseLock> locks = new ArrayList<>();
		ElectionProperties times = Times.of(LEASE.toMillis(), 1000, 2000, RETRY.toMillis());
		for (int i = 0; i < CANDIDATES; i++) {
			LeaseLock lock = new LeaseLock(this.store, "lease", "c" + i, times, () -> 0, System::nanoTime,
					Pause.real());
			locks.add(lock);
			electors.add(new Elector("c" + i, lock, times, List.of(new NotingTask("lease", granted))));
		}
		this.store.acquire("lease", "before", Duration.ofSeconds(3));
		electors.forEach((elector) -> elector.start(Duration.ZERO));
		try {
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !granted.isEmpty());
			assertThat(grants(this.statements.take())).as("who saw it free tried to take it, others did not")
				.isLessThan(CANDIDATES / 10);
			long begin = System.nanoTime();
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(this::renewedThrice);
			int sent = this.statements.take().size();
			long periods = (System.nanoTime() - begin) / RETRY.toNanos() + 1;
			System.out.printf("%d candidates: %d statements in %d ms%n", CANDIDATES, sent,
					TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
			assertThat(sent).as("one each a period, beside the renewals")
				.isLessThanOrEqualTo((int) (CANDIDATES * periods) + 100)
				.isGreaterThan(CANDIDATES);
			assertThat(locks).filteredOn((lock) -> lock.term().isPresent()).hasSize(1);
			assertThat(granted).containsExactly(new Term("lease", 2));
		}
		finally {
			electors.parallelStream().forEach(Elector::stop);
		}
	}

	private static long grants(List<String> statements) {
		return statements.stream().filter((one) -> one.contains("pg_advisory_xact_lock")).count();
	}

	private boolean renewedThrice() {
		try (HikariDataSource beside = this.database.pool()) {
			return JdbcClient.create(beside)
				.sql("select expires_at - acquired_at > interval '16 seconds' from owner.lease")
				.query(Boolean.class)
				.single();
		}
	}

	/** As the service has it. */
	private HikariDataSource pool() {
		JdbcConnectionDetails details = mock(JdbcConnectionDetails.class);
		given(details.getJdbcUrl()).willReturn(this.statements.url());
		return new ElectionConfiguration().leaseDataSource(details);
	}

	private static LeaseStore store(HikariDataSource pool) {
		return new PostgresLeaseStore(JdbcClient.create(pool),
				new TransactionTemplate(new JdbcTransactionManager(pool)));
	}

}
