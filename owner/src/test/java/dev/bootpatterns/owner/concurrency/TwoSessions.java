package dev.bootpatterns.owner.concurrency;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.owner.support.TestDatabase;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A database and two who use it at the same time, step by step: which step comes when is
 * said by the test, and that a step waits for a lock is read from the database.
 */
final class TwoSessions implements AutoCloseable {

	private final HikariDataSource pool = TestDatabase.empty().pool();

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	final JdbcClient jdbc = JdbcClient.create(this.pool);

	/** A transaction at the database's default, READ COMMITTED. */
	<T extends @Nullable Object> T transaction(Supplier<T> statements) {
		return transaction(TransactionDefinition.ISOLATION_READ_COMMITTED, statements);
	}

	<T extends @Nullable Object> T serializable(Supplier<T> statements) {
		return transaction(TransactionDefinition.ISOLATION_SERIALIZABLE, statements);
	}

	private <T extends @Nullable Object> T transaction(int isolation, Supplier<T> statements) {
		TransactionTemplate template = new TransactionTemplate(new JdbcTransactionManager(this.pool));
		template.setIsolationLevel(isolation);
		return template.execute((status) -> statements.get());
	}

	/** The other one, at the same time. */
	<T extends @Nullable Object> CompletableFuture<T> meanwhile(Supplier<T> statements) {
		return CompletableFuture.supplyAsync(statements, this.threads);
	}

	/** Until somebody waits for a lock of somebody else. */
	void awaitBlocked() {
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> this.jdbc.sql("""
					select exists (select from pg_stat_activity
					                where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0)""")
				.query(Boolean.class)
				.single());
	}

	static <T extends @Nullable Object> T result(CompletableFuture<T> other) {
		return other.orTimeout(20, TimeUnit.SECONDS).join();
	}

	@Override
	public void close() {
		this.threads.close();
		this.pool.close();
	}

}
