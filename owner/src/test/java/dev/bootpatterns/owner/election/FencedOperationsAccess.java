package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives tests of other features the fence, and a term that it lets through.
 */
public final class FencedOperationsAccess {

	private static final AtomicInteger LEASES = new AtomicInteger();

	private FencedOperationsAccess() {
	}

	public static FencedOperations on(DataSource database, MeterRegistry meters) {
		return new FencedOperations(JdbcClient.create(database), new JdbcTransactionManager(database),
				Times.of(10_000, 1000, 2000, 2000), meters);
	}

	public static Term granted(DataSource database) {
		String name = "test-" + LEASES.incrementAndGet();
		return new Term(name,
				new PostgresLeaseStore(JdbcClient.create(database),
						new TransactionTemplate(new JdbcTransactionManager(database)))
					.acquire(name, "test", Duration.ofMinutes(10))
					.orElseThrow());
	}

	/** The next owner's term, as if the one before had been killed and its lease over. */
	public static Term superseded(DataSource database, Term term) {
		JdbcClient.create(database)
			.sql("update owner.lease set term = term + 1, holder = 'next' where name = ?")
			.param(term.lease())
			.update();
		return new Term(term.lease(), term.number() + 1);
	}

}
