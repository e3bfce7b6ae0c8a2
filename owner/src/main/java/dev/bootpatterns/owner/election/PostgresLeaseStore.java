package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Leases in a table of PostgreSQL.
 * <p>
 * <b>Guarantee.</b> One holder at a time and a term that only rises, judged by the
 * database's clock ({@code clock_timestamp()}: the time of the statement, not of the
 * transaction's start). A new grant waits until no effect of the term before it is under
 * way: {@link FencedOperations} holds the advisory lock of the lease's name shared while
 * an effect is under way, and a grant takes it exclusively. Renewals do not touch that
 * lock, so a stream of effects cannot delay them until the lease is lost. PostgreSQL
 * queues for advisory locks first come first served, so neither can it keep a new owner
 * out.
 * <p>
 * <b>Cost.</b> One statement for each renewal, each look of a candidate and each release;
 * seven for a grant.
 * <p>
 * <b>Trade-off.</b> A lease is as available as its database. A database that fails over
 * to an asynchronous replica may forget the last grant; use synchronous replication where
 * that matters.
 *
 * @see <a href=
 * "https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html">Kleppmann:
 * How to do distributed locking</a> on fencing tokens
 * @see <a href=
 * "https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS">PostgreSQL:
 * advisory locks</a>
 */
class PostgresLeaseStore implements LeaseStore {

	private final JdbcClient jdbc;

	private final TransactionOperations transactions;

	private final LeaseHistory history;

	PostgresLeaseStore(JdbcClient jdbc, TransactionOperations transactions) {
		this.jdbc = jdbc;
		this.transactions = transactions;
		this.history = new LeaseHistory(jdbc);
	}

	@Override
	public OptionalLong acquire(String name, String holder, Duration duration) {
		Long term = this.transactions.execute((status) -> {
			awaitEffects(this.jdbc, name);
			this.history.expired(name);
			Long granted = this.jdbc.sql("""
					insert into owner.lease as l (name, holder, term, acquired_at, expires_at)
					values (:name, :holder, 1, clock_timestamp(), clock_timestamp() + :millis * interval '1 ms')
					on conflict (name) do update
					   set holder = excluded.holder, term = l.term + 1,
					       acquired_at = clock_timestamp(), expires_at = clock_timestamp() + :millis * interval '1 ms'
					 where l.expires_at <= clock_timestamp()
					returning term""")
				.param("name", name)
				.param("holder", holder)
				.param("millis", duration.toMillis())
				.query(Long.class)
				.optional()
				.orElse(null);
			if (granted != null) {
				this.history.granted(name);
			}
			return granted;
		});
		return (term != null) ? OptionalLong.of(term) : OptionalLong.empty();
	}

	/** Until the end of this transaction no effect of any term begins. */
	static void awaitEffects(JdbcClient jdbc, String name) {
		jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:name, 0))").param("name", name).query((row) -> {
		});
	}

	@Override
	public boolean renew(String name, String holder, long term, Duration duration) {
		return this.jdbc.sql("""
				update owner.lease set expires_at = clock_timestamp() + :millis * interval '1 ms'
				 where name = :name and holder = :holder and term = :term and expires_at > clock_timestamp()""")
			.param("name", name)
			.param("holder", holder)
			.param("term", term)
			.param("millis", duration.toMillis())
			.update() == 1;
	}

	@Override
	public void release(String name, String holder, long term) {
		this.history.released("""
				update owner.lease set expires_at = clock_timestamp()
				 where name = :name and holder = :holder and term = :term and expires_at > clock_timestamp()""",
				Map.of("name", name, "holder", holder, "term", term));
	}

	@Override
	public Optional<Lease> find(String name) {
		return this.jdbc
			.sql("""
					select holder, term, acquired_at, extract(epoch from expires_at - clock_timestamp()) * 1000 as expires_in
					  from owner.lease where name = :name and expires_at > clock_timestamp()""")
			.param("name", name)
			.query((row, number) -> new Lease(row.getString("holder"), row.getLong("term"),
					row.getObject("acquired_at", OffsetDateTime.class).toInstant(),
					Duration.ofMillis(Math.max(0, row.getLong("expires_in")))))
			.optional();
	}

}
