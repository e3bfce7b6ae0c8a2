package dev.bootpatterns.owner.election;

import java.util.Map;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * The {@link Fence} in the table that {@link FencedOperations} reads: a lease that is
 * kept elsewhere has a row there whose expiry is {@code -infinity}. A
 * {@link PostgresLeaseStore} takes such a row as a lease that is over, so the stores can
 * be exchanged, and terms go on rising.
 */
class PostgresFence implements Fence {

	private final JdbcClient jdbc;

	private final TransactionOperations transactions;

	private final LeaseHistory history;

	PostgresFence(JdbcClient jdbc, TransactionOperations transactions) {
		this.jdbc = jdbc;
		this.transactions = transactions;
		this.history = new LeaseHistory(jdbc);
	}

	@Override
	public long highest(String name) {
		return this.jdbc.sql("select term from owner.lease where name = :name")
			.param("name", name)
			.query(Long.class)
			.optional()
			.orElse(0L);
	}

	@Override
	public boolean raise(String name, String holder, long term) {
		return Boolean.TRUE.equals(this.transactions.execute((status) -> {
			PostgresLeaseStore.awaitEffects(this.jdbc, name);
			this.history.expired(name);
			boolean raised = this.jdbc.sql("""
					insert into owner.lease as l (name, holder, term, acquired_at, expires_at)
					values (:name, :holder, :term, clock_timestamp(), '-infinity')
					on conflict (name) do update
					   set holder = excluded.holder, term = excluded.term,
					       acquired_at = excluded.acquired_at, expires_at = excluded.expires_at
					 where l.term < excluded.term""")
				.param("name", name)
				.param("holder", holder)
				.param("term", term)
				.update() == 1;
			if (raised) {
				this.history.granted(name);
			}
			else {
				status.setRollbackOnly();
			}
			return raised;
		}));
	}

	@Override
	public boolean isInForce(String name, long term) {
		return this.jdbc.sql(
				"select exists (select from owner.lease where name = :name and term = :term and expires_at = '-infinity')")
			.param("name", name)
			.param("term", term)
			.query(Boolean.class)
			.single();
	}

	@Override
	public void end(String name, long term) {
		this.history.released("""
				update owner.lease set expires_at = clock_timestamp()
				 where name = :name and term = :term and expires_at = '-infinity'""",
				Map.of("name", name, "term", term));
	}

}
