package dev.bootpatterns.owner.election;

import java.time.InstantSource;
import java.util.function.LongSupplier;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.owner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class PostgresLeaseStoreTests extends LeaseStoreContract {

	@Override
	LeaseWorld world() {
		return new Postgres();
	}

	@Override
	int seeds() {
		return 5;
	}

	/** A database whose clock is told what time it is. */
	private static final class Postgres implements LeaseWorld {

		private final HikariDataSource pool;

		private final JdbcClient jdbc;

		private final JdbcTransactionManager transactions;

		private final FencedOperations fenced;

		Postgres() {
			TestDatabase database = TestDatabase.migrated();
			HikariConfig config = new HikariConfig();
			config.setJdbcUrl(database.url());
			config.setUsername("postgres");
			config.addDataSourceProperty("options", "-c search_path=clock,pg_catalog");
			this.pool = new HikariDataSource(config);
			this.jdbc = JdbcClient.create(this.pool);
			this.transactions = new JdbcTransactionManager(this.pool);
			this.fenced = new FencedOperations(this.jdbc, this.transactions, Times.of(10_000, 1000, 2000, 2000),
					new SimpleMeterRegistry());
			this.jdbc.sql("create schema clock").update();
			this.jdbc.sql("create table clock.time (at timestamptz)").update();
			this.jdbc.sql("insert into clock.time values ('2026-01-01')").update();
			this.jdbc.sql("""
					create function clock.clock_timestamp() returns timestamptz volatile language sql
					as 'select at from clock.time'""").update();
		}

		@Override
		public LeaseStore process(LongSupplier nanoTime, InstantSource wallClock, Runnable hiccup) {
			return new PostgresLeaseStore(this.jdbc, new TransactionTemplate(this.transactions));
		}

		@Override
		public void time(long nanos) {
			this.jdbc.sql("update clock.time set at = timestamptz '2026-01-01' + ? * interval '1 microsecond'")
				.param(nanos / 1000)
				.update();
		}

		@Override
		public boolean effect(Term term) {
			try {
				return this.fenced.inTransaction(term, () -> true);
			}
			catch (StaleTermException ex) {
				return false;
			}
		}

		@Override
		public void close() {
			this.pool.close();
		}

	}

}
