package dev.bootpatterns.owner.locks;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

import dev.bootpatterns.owner.web.Problems;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Locks in a table of PostgreSQL.
 * <p>
 * <b>Guarantee.</b> One grant at a time, by the database's clock, whichever replica is
 * asked. Every change of a lock is made while its row is locked, and takes its number
 * ({@code lock_version}) after that: so the numbers of one name rise in the order in
 * which the changes were committed, and since one sequence numbers all names, they rise
 * on when the row has been deleted meanwhile. A token is the version of its grant, as it
 * is in etcd and Consul.
 * <p>
 * A grant that is over is over: it cannot be renewed, and whoever looks at the row next
 * writes that down before anything else. Expiry has a version of its own, so what was
 * decided by what was read before it fails its comparison.
 * <p>
 * <b>Cost.</b> One statement for each look at a lock that is taken and for each renewal;
 * four more and a commit for a grant. A row for each name, a hundred for its events.
 * <p>
 * <b>Trade-off.</b> As {@code PostgresLeaseStore}: as available as the database, and one
 * that fails over to an asynchronous replica may forget the last grants.
 *
 * @see <a href=
 * "https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html">Kleppmann:
 * How to do distributed locking</a>
 * @see <a href="https://research.google/pubs/pub27897/">Burrows: The Chubby lock
 * service</a>, 2.4 on sequencers
 */
@Repository
class LockStore {

	/** How many events of a lock are kept. */
	static final int EVENTS = 100;

	private static final String STATE = """
			name, version, holder, token, attempt,
			coalesce(ceil(extract(epoch from expires_at - clock_timestamp()) * 1000), 0)::bigint as expires_in""";

	private static final String NOBODY = "holder = null, token = null, attempt = null, expires_at = null";

	private final JdbcClient jdbc;

	private final TransactionTemplate transactions;

	private final int limit;

	private final Map<String, Counter> changes;

	LockStore(JdbcClient jdbc, PlatformTransactionManager transactionManager, LockProperties properties,
			MeterRegistry meters) {
		this.jdbc = jdbc;
		this.transactions = new TransactionTemplate(transactionManager);
		this.limit = properties.limit();
		this.changes = Map.of("acquired", counter("acquired", meters), "released", counter("released", meters),
				"expired", counter("expired", meters), "value", counter("value", meters));
	}

	private static Counter counter(String type, MeterRegistry meters) {
		return Counter.builder("owner.locks.changes")
			.description("What happened to locks through this replica")
			.tag("type", type)
			.register(meters);
	}

	/**
	 * Grants a lock if nobody holds it.
	 * @param name the lock
	 * @param request who wants it and for how long
	 * @param attempt what the client calls this request; the grant that it has already
	 * led to, if that is in force, is given again
	 * @return whether it was granted, and whose it is
	 */
	Attempt acquire(String name, LockRequest request, @Nullable String attempt) {
		LockState seen = find(name);
		Optional<HeldLock> held = seen.held();
		if (held.isPresent()) {
			return new Attempt(isRepeated(seen, request, attempt), held.get());
		}
		return inTransaction(() -> {
			LockState state = createdAndLocked(name);
			Optional<HeldLock> other = state.held();
			if (other.isPresent()) {
				return new Attempt(isRepeated(state, request, attempt), other.get());
			}
			long version = record(state, "acquired", request.holder(), null);
			LockState granted = this.jdbc.sql("""
					update owner.named_lock
					   set version = :version, token = :version, holder = :holder, attempt = :attempt,
					       expires_at = clock_timestamp() + :ttl * interval '1 ms', changed_at = clock_timestamp()
					 where name = :name
					returning\s""" + STATE)
				.param("name", name)
				.param("version", version)
				.param("holder", request.holder())
				.param("attempt", attempt)
				.param("ttl", request.ttl().toMillis())
				.query(LockStore::state)
				.single();
			return new Attempt(true, granted.held().orElseThrow());
		});
	}

	private static boolean isRepeated(LockState state, LockRequest request, @Nullable String attempt) {
		return attempt != null && attempt.equals(state.attempt()) && request.holder().equals(state.holder());
	}

	/**
	 * Renews a grant that is in force. Only who has its token can: a name may be used by
	 * two processes.
	 * @param name the lock
	 * @param request the holder and the time from now
	 * @param token the grant's
	 * @return the lock; empty if that grant is over, or is another holder's
	 */
	Optional<HeldLock> renew(String name, LockRequest request, long token) {
		return this.jdbc.sql("""
				update owner.named_lock set expires_at = clock_timestamp() + :ttl * interval '1 ms'
				 where name = :name and token = :token and holder = :holder and expires_at > clock_timestamp()
				returning\s""" + STATE)
			.param("name", name)
			.param("token", token)
			.param("holder", request.holder())
			.param("ttl", request.ttl().toMillis())
			.query(LockStore::state)
			.optional()
			.flatMap(LockState::held);
	}

	/**
	 * Ends a grant.
	 * @param name the lock
	 * @param token the grant's
	 * @return whether it was in force
	 */
	boolean release(String name, long token) {
		return inTransaction(() -> {
			LockState state = locked(name);
			if (state.held().filter((lock) -> lock.token() == token).isEmpty()) {
				return false;
			}
			free(state, "released");
			return true;
		});
	}

	/** What is known of a lock. */
	LockState find(String name) {
		return this.jdbc.sql("select " + STATE + " from owner.named_lock where name = :name")
			.param("name", name)
			.query(LockStore::state)
			.optional()
			.orElse(LockState.unknown(name));
	}

	/** Locks that are held, by name. */
	List<HeldLock> held(String after, int count) {
		return this.jdbc.sql("select " + STATE + """
				 from owner.named_lock
				where name > :after and holder is not null and expires_at > clock_timestamp()
				order by name limit :count""")
			.param("after", after)
			.param("count", count)
			.query(LockStore::state)
			.stream()
			.flatMap((state) -> state.held().stream())
			.toList();
	}

	Optional<LockValue> value(String name) {
		return this.jdbc
			.sql("select value, value_type, version from owner.named_lock where name = :name and value is not null")
			.param("name", name)
			.query((row, number) -> new LockValue(row.getBytes("value"), row.getString("value_type"),
					row.getLong("version")))
			.optional();
	}

	/**
	 * Compares and swaps.
	 * @param name the lock
	 * @param expected the version that it must have; null: there must not be a value
	 * @param token if not null, the grant that must be in force
	 * @param content the new value; null deletes it
	 * @param type its media type
	 * @return what became of it
	 */
	Swap swap(String name, @Nullable Long expected, @Nullable Long token, byte @Nullable [] content,
			@Nullable String type) {
		return inTransaction(() -> {
			LockState state = (expected != null) ? locked(name) : createdAndLocked(name);
			if (token != null && state.held().filter((lock) -> lock.token() == token).isEmpty()) {
				return new Swap(Swap.Result.NOT_HELD, state);
			}
			boolean matches = (expected != null) ? expected == state.version() && expected > 0 : value(name).isEmpty();
			if (!matches) {
				return new Swap(Swap.Result.CHANGED, state);
			}
			Long grant = (state.holder() != null) ? state.token() : null;
			long version = record(state, "value", state.holder(), grant);
			this.jdbc.sql("""
					update owner.named_lock set version = :version, value = :content, value_type = :type,
					       changed_at = clock_timestamp()
					 where name = :name""")
				.param("name", name)
				.param("version", version)
				.param("content", content)
				.param("type", type)
				.update();
			return new Swap(Swap.Result.DONE,
					new LockState(name, version, state.holder(), state.token(), state.attempt(), state.expiresInMs()));
		});
	}

	/**
	 * What happened to locks.
	 * @param seen by name, the version after which it is asked for
	 * @param count how many events at most
	 * @return the events, for each name in their order
	 */
	List<LockEvent> events(Map<String, Long> seen, int count) {
		Collection<String> names = seen.keySet();
		return this.jdbc.sql("""
				select e.name, e.type, e.holder, e.token, e.version, e.previous
				  from unnest(:names::text[], :versions::bigint[]) as seen (name, version)
				  join owner.lock_event e on e.name = seen.name and e.version > seen.version
				 order by e.version limit :count""")
			.param("names", names.toArray(String[]::new))
			.param("versions", names.stream().map(seen::get).toArray(Long[]::new))
			.param("count", count)
			.query((row, number) -> new LockEvent(row.getString("name"), row.getString("type"), row.getString("holder"),
					row.getObject("token", Long.class), row.getLong("version"), row.getLong("previous")))
			.list();
	}

	/**
	 * Writes down that grants are over whose time is: some, the oldest first. By a time
	 * that does not go on while the statement runs, so that an index finds them; each is
	 * judged anew when its row is locked.
	 */
	void expire(int count) {
		this.jdbc.sql("""
				select name from owner.named_lock where holder is not null and expires_at <= statement_timestamp()
				order by expires_at limit :count""")
			.param("count", count)
			.query(String.class)
			.list()
			.forEach((name) -> inTransaction(() -> locked(name)));
	}

	/** Deletes names that nobody has used for this long: some, the oldest first. */
	int forget(Duration unused, int count) {
		return this.jdbc
			.sql("""
					delete from owner.named_lock
					 where holder is null and value is null and changed_at <= statement_timestamp() - :unused * interval '1 ms'
					   and name in (
						select name from owner.named_lock
						 where holder is null and value is null and changed_at <= statement_timestamp() - :unused * interval '1 ms'
						 order by changed_at limit :count)""")
			.param("unused", unused.toMillis())
			.param("count", count)
			.update();
	}

	private LockState createdAndLocked(String name) {
		return lockedRow(name).orElseGet(() -> {
			requireRoom();
			// Somebody else may just have made it. An update, if only of the name by
			// itself: so what is returned is the row as it is once it is locked.
			return settled(this.jdbc.sql("""
					insert into owner.named_lock as l (name) values (:name)
					on conflict (name) do update set name = l.name
					returning\s""" + STATE).param("name", name).query(LockStore::state).single());
		});
	}

	/** About: clients that come at the same time may go over it by their number. */
	private void requireRoom() {
		if (this.jdbc.sql("select count(*) from owner.named_lock").query(Integer.class).single() >= this.limit) {
			throw Problems.of(HttpStatus.INSUFFICIENT_STORAGE,
					"There are %d names already, and no room for one more.".formatted(this.limit));
		}
	}

	private LockState locked(String name) {
		return lockedRow(name).orElse(LockState.unknown(name));
	}

	/** The row, locked until the end of the transaction; whatever is over is settled. */
	private Optional<LockState> lockedRow(String name) {
		return this.jdbc.sql("select " + STATE + " from owner.named_lock where name = :name for update")
			.param("name", name)
			.query(LockStore::state)
			.optional()
			.map(this::settled);
	}

	private LockState settled(LockState state) {
		return state.isOverdue() ? free(state, "expired") : state;
	}

	private LockState free(LockState state, String type) {
		long version = record(state, type, state.holder(), state.token());
		this.jdbc
			.sql("update owner.named_lock set version = :version, " + NOBODY
					+ ", changed_at = clock_timestamp() where name = :name")
			.param("name", state.name())
			.param("version", version)
			.update();
		return new LockState(state.name(), version, null, 0, null, 0);
	}

	/** Writes an event down, and lets go of the oldest. The row is locked. */
	private long record(LockState state, String type, @Nullable String holder, @Nullable Long token) {
		long version = this.jdbc
			.sql("""
					with trimmed as (
						delete from owner.lock_event where name = :name and version <= (
							select version from owner.lock_event where name = :name
							order by version desc offset :kept limit 1)),
					next as (select nextval('owner.lock_version') as version)
					insert into owner.lock_event (name, version, previous, type, holder, token)
					select :name, version, :previous, :type, :holder, coalesce(:token::bigint, case :type when 'acquired' then version end)
					  from next
					returning version""")
			.param("name", state.name())
			.param("kept", EVENTS - 1)
			.param("previous", state.version())
			.param("type", type)
			.param("holder", holder)
			.param("token", token)
			.query(Long.class)
			.single();
		Objects.requireNonNull(this.changes.get(type)).increment();
		return version;
	}

	private <T> T inTransaction(Supplier<T> change) {
		return Objects.requireNonNull(this.transactions.execute((status) -> change.get()));
	}

	private static LockState state(java.sql.ResultSet row, int number) throws java.sql.SQLException {
		return new LockState(row.getString("name"), row.getLong("version"), row.getString("holder"),
				row.getLong("token"), row.getString("attempt"), row.getLong("expires_in"));
	}

	/**
	 * What became of a request for a lock.
	 *
	 * @param granted whether the lock is the client's
	 * @param lock whose it is
	 */
	record Attempt(boolean granted, HeldLock lock) {
	}

	/**
	 * What became of a new value.
	 *
	 * @param result whether it is there
	 * @param state the lock
	 */
	record Swap(Result result, LockState state) {

		enum Result {

			/** It is. */
			DONE,

			/** The version was another, or there was a value. */
			CHANGED,

			/** The token's grant is not in force. */
			NOT_HELD

		}

	}

}
