package dev.bootpatterns.owner.election;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Who had which lease when, by the database's clock: the last {@value #KEPT} of all
 * leases. For people; nothing is decided by it.
 */
class LeaseHistory {

	static final int KEPT = 100;

	private final JdbcClient jdbc;

	LeaseHistory(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Before a grant: a term that is still open has expired, at the end of its lease
	 * where that is known, else by now.
	 * @param name the lease
	 */
	void expired(String name) {
		this.jdbc.sql("""
				update owner.lease_transition t
				   set how = 'EXPIRED',
				       until = case when isfinite(l.expires_at) then l.expires_at else clock_timestamp() end
				  from owner.lease l
				 where t.name = :name and t.until is null and l.name = t.name and l.expires_at <= clock_timestamp()""")
			.param("name", name)
			.update();
	}

	/**
	 * After a grant, as the lease's row says it.
	 * @param name the lease
	 */
	void granted(String name) {
		this.jdbc.sql("""
				insert into owner.lease_transition (name, term, holder, since)
				select name, term, holder, acquired_at from owner.lease where name = :name""")
			.param("name", name)
			.update();
		this.jdbc
			.sql("""
					delete from owner.lease_transition
					 where until is not null
					   and since < (select since from owner.lease_transition order by since desc offset :kept - 1 limit 1)""")
			.param("kept", KEPT)
			.update();
	}

	/**
	 * A statement that ends a lease, notes it, and tells the candidates.
	 * @param update updates at most one row of the table of leases
	 * @param parameters of the update
	 * @see ReleaseNews
	 */
	void released(String update, Map<String, ?> parameters) {
		this.jdbc.sql("""
				with released as (%s returning name, term),
				     noted as (update owner.lease_transition t set until = clock_timestamp(), how = 'RELEASED'
				                 from released r where t.name = r.name and t.term = r.term)
				select pg_notify('%s', name) from released""".formatted(update, ReleaseNews.CHANNEL))
			.params(parameters)
			.query((row) -> {
			});
	}

	/** The last transitions, the newest first. */
	List<Transition> last() {
		return this.jdbc.sql("""
				select t.name, t.term, t.holder, t.since,
				       coalesce(t.until, l.expires_at) as until,
				       coalesce(t.how, case when l.name is not null then 'EXPIRED' end) as how
				  from owner.lease_transition t
				  left join owner.lease l on t.until is null and l.name = t.name and l.term = t.term
				       and isfinite(l.expires_at) and l.expires_at <= clock_timestamp()
				 order by t.since desc, t.name
				 limit :kept""")
			.param("kept", KEPT)
			.query((row, number) -> new Transition(row.getString("name"), row.getLong("term"), row.getString("holder"),
					row.getObject("since", OffsetDateTime.class).toInstant(),
					instant(row.getObject("until", OffsetDateTime.class)), row.getString("how")))
			.list();
	}

	private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
		return (time != null) ? time.toInstant() : null;
	}

	/**
	 * One period of ownership.
	 *
	 * @param role what was owned
	 * @param term the term
	 * @param holder by whom: replica and start
	 * @param since when it was granted, by the database's clock
	 * @param until when it ended; absent while it lasts
	 * @param how {@code RELEASED} by its holder, which stopped or was not ready, or
	 * {@code EXPIRED} without renewal; absent while it lasts
	 */
	record Transition(String role, long term, String holder, Instant since, @Nullable Instant until,
			@Nullable String how) {
	}

}
