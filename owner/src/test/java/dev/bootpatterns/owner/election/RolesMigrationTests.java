package dev.bootpatterns.owner.election;

import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.owner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A database from before there were roles, when one lease was for all. */
class RolesMigrationTests {

	private final TestDatabase database = TestDatabase.empty();

	@Test
	void termsOfTheOneLease_areCarriedOver_andItsHolderIsRefused() {
		migrate(MigrationVersion.fromVersion("2"));
		try (HikariDataSource pool = this.database.pool()) {
			JdbcClient jdbc = JdbcClient.create(pool);
			jdbc.sql("""
					insert into owner.lease (name, holder, term, acquired_at, expires_at)
					values ('owner', 'a/1', 41, clock_timestamp(), clock_timestamp() + interval '1 hour')""").update();
			FencedOperations fenced = new FencedOperations(jdbc, new JdbcTransactionManager(pool),
					Times.of(10_000, 1000, 2000, 2000), new SimpleMeterRegistry());
			Term old = new Term("owner", 41);
			assertThat(fenced.inTransaction(old, () -> "accepted")).isEqualTo("accepted");

			migrate(MigrationVersion.LATEST);

			assertThatExceptionOfType(StaleTermException.class)
				.isThrownBy(() -> fenced.inTransaction(old, () -> "refused"));
			PostgresLeaseStore store = new PostgresLeaseStore(jdbc,
					new TransactionTemplate(new JdbcTransactionManager(pool)));
			for (String role : new String[] { Role.JOBS, Role.TOPOLOGY }) {
				assertThat(store.find(role)).as("free at once: %s", role).isEmpty();
				assertThat(store.acquire(role, "b/1", Duration.ofSeconds(60))).as(role).hasValue(42);
			}
		}
	}

	@Test
	void databaseWithoutAnOwnerYet_beginsWithTheFirstTerm() {
		migrate(MigrationVersion.LATEST);
		try (HikariDataSource pool = this.database.pool()) {
			assertThat(new PostgresLeaseStore(JdbcClient.create(pool),
					new TransactionTemplate(new JdbcTransactionManager(pool)))
				.acquire(Role.JOBS, "a/1", Duration.ofSeconds(60))).hasValue(1);
		}
	}

	private void migrate(MigrationVersion target) {
		Flyway.configure()
			.dataSource(this.database.url(), "postgres", "")
			.schemas("owner")
			.defaultSchema("owner")
			.target(target)
			.load()
			.migrate();
	}

}
