package dev.bootpatterns.owner.jobs;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.bootpatterns.owner.sources.SourceItem;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/**
 * The transitions of items, each for many items in one statement.
 * <p>
 * <b>Guarantee.</b> Each statement changes only items that are in a state from which its
 * transition leads. So results may be late, repeated or out of order: an item that is
 * DONE or DEAD stays so, and news of an attempt counts only if no later attempt is under
 * way. The exception is DONE, which counts for any attempt: the effect has happened.
 * <p>
 * Callers bring the transaction and its fence, see {@link ItemTransitions}.
 */
@Repository
class ItemStore {

	/** News of an attempt: its item is not at an end, and not in a later attempt. */
	private static final String IS_NEWS = """
			 where i.job = r.job and i.id = r.id
			   and (i.state in ('QUEUED', 'RUNNING') and r.attempt >= i.attempt
			     or i.state in ('PENDING', 'RETRY') and r.attempt > i.attempt)
			""";

	private static final String BACKOFF = """
			least(?::bigint, ?::bigint * power(2, least(greatest(i.attempt, 1) - 1, 30))) \
			* (0.5 + random() / 2) * interval '1 ms'""";

	private final JdbcTemplate jdbc;

	private final JobsProperties properties;

	ItemStore(JdbcTemplate jdbc, JobsProperties properties) {
		this.jdbc = jdbc;
		this.properties = properties;
	}

	/**
	 * Adds listed items; those that are there already stay as they are. One that is in an
	 * order is due when its turn comes.
	 */
	void add(long job, List<SourceItem> items, @Nullable OrderBy orderBy) {
		List<Turn> turns = new ArrayList<>(items.size());
		for (SourceItem item : items) {
			turns.add(new Turn(job, (orderBy != null) ? orderBy.key(item.id()) : null));
		}
		this.jdbc.update((connection) -> {
			PreparedStatement insert = connection.prepareStatement("""
					insert into owner.item (job, id, size, order_key, attempt_limit, due_at)
					select ?, u.id, u.size, u.order_key, ?,
					       case when u.order_key is null then clock_timestamp() else 'infinity' end
					  from unnest(?::text[], ?::bigint[], ?::text[]) with ordinality as u (id, size, order_key, place)
					 order by u.place on conflict do nothing""");
			insert.setLong(1, job);
			insert.setInt(2, this.properties.maxAttempts());
			insert.setArray(3, array(connection, "text", items, SourceItem::id));
			insert.setArray(4, array(connection, "bigint", items, SourceItem::size));
			insert.setArray(5, array(connection, "text", turns, Turn::orderKey));
			return insert;
		});
		letFollow(turns);
	}

	/**
	 * Makes those due whose turn has come: the first of each order that has not ended,
	 * unless it is under way.
	 */
	void letFollow(Collection<Turn> turns) {
		List<Turn> orders = turns.stream().filter((turn) -> turn.orderKey() != null).distinct().toList();
		if (orders.isEmpty()) {
			return;
		}
		this.jdbc.update((connection) -> {
			PreparedStatement update = connection.prepareStatement("""
					update owner.item i set due_at = clock_timestamp()
					  from unnest(?::bigint[], ?::text[]) as o (job, order_key)
					 cross join lateral (select n.job, n.id from owner.item n
					                      where n.job = o.job and n.order_key = o.order_key
					                        and n.state not in ('DONE', 'DEAD') order by n.seq limit 1) as first
					 where i.job = first.job and i.id = first.id and i.due_at = 'infinity'""");
			update.setArray(1, array(connection, "bigint", orders, Turn::job));
			update.setArray(2, array(connection, "text", orders, Turn::orderKey));
			return update;
		});
	}

	/** How much is enqueued or being worked on. */
	InFlight inFlight() {
		return this.jdbc.query("""
				select count(*), coalesce(sum(size), 0), count(*) filter (where state = 'QUEUED')
				  from owner.item where state in ('QUEUED', 'RUNNING')""", (row) -> {
			row.next();
			return new InFlight(row.getInt(1), row.getLong(2), row.getInt(3));
		});
	}

	/**
	 * What is to be enqueued: of the most urgent jobs first; jobs of one priority take
	 * turns, so that a small one does not wait for all of a large one; of a job, what is
	 * due for longest. A stage of a pipeline waits while one that it feeds has as much as
	 * it may have.
	 */
	List<DueItem> due(int limit) {
		return this.jdbc.query(
				"""
						select j.id, i.id, i.attempt + 1, i.size, j.source, j.handler, j.parameters, j.priority,
						       i.content is not null or i.origin_item is not null or i.level > 0 as stored
						  from owner.job j cross join lateral (
						       select n.*, row_number() over (order by n.due_at, n.seq) as place from owner.item n
						        where n.job = j.id and n.state in ('PENDING', 'RETRY') and n.due_at <= clock_timestamp()
						        order by n.due_at, n.seq limit ?) as i
						 where j.state in ('LISTING', 'RUNNING')
						   and not exists (select from owner.feed f
						                    where f.from_job = j.id and f.buffer <= (
						                          select count(*) from (select from owner.item w
						                           where w.job = f.to_job and w.state in ('PENDING', 'RETRY') limit f.buffer) as waiting))
						 order by j.priority desc, i.place, j.id limit ?""",
				(row, number) -> new DueItem(new ItemKey(row.getLong(1), row.getString(2)), row.getInt(3),
						row.getLong(4), row.getBoolean("stored"), row.getString(5), row.getString(6), row.getString(7),
						row.getInt(8)),
				limit, limit);
	}

	/**
	 * PENDING or RETRY to QUEUED, for items whose message is confirmed. A result may have
	 * come before: then there is nothing to do.
	 */
	List<Changed> queued(List<DueItem> items) {
		return change("""
				update owner.item i
				   set state = 'QUEUED', attempt = r.attempt, queued_at = clock_timestamp(), started_at = null,
				       worker = null, due_at = clock_timestamp() + ? * interval '1 ms'
				  from unnest(?::bigint[], ?::text[], ?::int[]) as r (job, id, attempt)
				 where i.job = r.job and i.id = r.id and i.state in ('PENDING', 'RETRY') and i.attempt = r.attempt - 1
				returning i.job, i.id, i.state, i.order_key""", (connection, update) -> {
			update.setLong(1, this.properties.itemTimeout().toMillis());
			update.setArray(2, array(connection, "bigint", items, (item) -> item.key().job()));
			update.setArray(3, array(connection, "text", items, (item) -> item.key().item()));
			update.setArray(4, array(connection, "int", items, DueItem::attempt));
		});
	}

	/** Items that the broker did not take stay what they are, and due a little later. */
	void postpone(List<DueItem> items, Duration delay) {
		change("""
				update owner.item i set due_at = clock_timestamp() + ? * interval '1 ms'
				  from unnest(?::bigint[], ?::text[]) as r (job, id)
				 where i.job = r.job and i.id = r.id and i.state in ('PENDING', 'RETRY')
				returning i.job, i.id, i.state, i.order_key""", (connection, update) -> {
			update.setLong(1, delay.toMillis());
			update.setArray(2, array(connection, "bigint", items, (item) -> item.key().job()));
			update.setArray(3, array(connection, "text", items, (item) -> item.key().item()));
		});
	}

	/** To RUNNING; or, said again of the same attempt, RUNNING for another while. */
	List<Changed> started(Collection<Result> results) {
		return change("""
				update owner.item i
				   set state = 'RUNNING', attempt = r.attempt, worker = r.worker,
				       started_at = case when i.state = 'RUNNING' and i.attempt = r.attempt then i.started_at
				                         else clock_timestamp() end,
				       due_at = clock_timestamp() + ? * interval '1 ms'
				  from unnest(?::bigint[], ?::text[], ?::int[], ?::text[]) as r (job, id, attempt, worker)
				""" + IS_NEWS + " returning i.job, i.id, i.state, i.order_key", (connection, update) -> {
			update.setLong(1, this.properties.itemTimeout().toMillis());
			update.setArray(2, array(connection, "bigint", results, (result) -> result.key().job()));
			update.setArray(3, array(connection, "text", results, (result) -> result.key().item()));
			update.setArray(4, array(connection, "int", results, Result::attempt));
			update.setArray(5, array(connection, "text", results, Result::worker));
		});
	}

	/**
	 * Those of which no worker had begun: to RETRY at once, with one more attempt.
	 */
	List<Changed> notBegun(Collection<Result> results) {
		return change("""
				update owner.item i
				   set state = 'RETRY', attempt = r.attempt, attempt_limit = i.attempt_limit + 1, reason = r.reason,
				       due_at = clock_timestamp()
				  from unnest(?::bigint[], ?::text[], ?::int[], ?::text[]) as r (job, id, attempt, reason)
				""" + IS_NEWS + " and i.state <> 'RUNNING' returning i.job, i.id, i.state, i.order_key",
				(connection, update) -> {
					update.setArray(1, array(connection, "bigint", results, (result) -> result.key().job()));
					update.setArray(2, array(connection, "text", results, (result) -> result.key().item()));
					update.setArray(3, array(connection, "int", results, Result::attempt));
					update.setArray(4, array(connection, "text", results, Result::reason));
				});
	}

	/**
	 * FAILED and INTERRUPTED: to RETRY, or to DEAD after the last attempt. STALE and
	 * RETURNED: to RETRY, with one more attempt. REJECTED: to DEAD.
	 */
	List<Changed> failed(Collection<Result> results) {
		return change("""
				update owner.item i
				   set state = case when r.final or r.attempt >= i.attempt_limit + r.more then 'DEAD' else 'RETRY' end,
				       finished_at = case when r.final or r.attempt >= i.attempt_limit + r.more
				                          then clock_timestamp() end,
				       attempt_limit = i.attempt_limit + r.more, attempt = r.attempt,
				       reason = r.reason, worker = r.worker, took_ms = r.took_ms,
				       due_at = clock_timestamp() +\s""" + BACKOFF.replace("i.attempt", "r.attempt")
				+ """

						  from unnest(?::bigint[], ?::text[], ?::int[], ?::text[], ?::bigint[], ?::text[], ?::boolean[], ?::int[])
						       as r (job, id, attempt, worker, took_ms, reason, final, more)
						"""
				+ IS_NEWS + " returning i.job, i.id, i.state, i.order_key", (connection, update) -> {
					update.setLong(1, this.properties.maxBackoff().toMillis());
					update.setLong(2, this.properties.backoff().toMillis());
					results(connection, update, 3, results);
					update.setArray(8, array(connection, "text", results, Result::reason));
					update.setArray(9, array(connection, "boolean", results,
							(result) -> result.outcome() == Result.Outcome.REJECTED));
					update.setArray(10,
							array(connection, "int", results, (result) -> result.outcome().costsNoAttempt() ? 1 : 0));
				});
	}

	/**
	 * To DONE, whichever attempt it was, together with its output: whatever comes later
	 * changes neither.
	 */
	List<Changed> done(Collection<Result> results) {
		return change("""
				update owner.item i
				   set state = 'DONE', attempt = greatest(i.attempt, r.attempt), worker = r.worker, reason = null,
				       took_ms = r.took_ms, finished_at = clock_timestamp(), output = r.output
				  from unnest(?::bigint[], ?::text[], ?::int[], ?::text[], ?::bigint[], ?::bytea[])
				       as r (job, id, attempt, worker, took_ms, output)
				 where i.job = r.job and i.id = r.id and i.state not in ('DONE', 'DEAD')
				returning i.job, i.id, i.state, i.order_key""", (connection, update) -> {
			results(connection, update, 1, results);
			update.setArray(6,
					connection.createArrayOf("bytea", results.stream().map(Result::output).toArray(byte[][]::new)));
		});
	}

	/**
	 * QUEUED or RUNNING without news for too long: to RETRY, or to DEAD after the last
	 * attempt.
	 * @param queuedToo whether QUEUED items count: not while their messages may only be
	 * waiting
	 */
	List<Changed> overdue(boolean queuedToo, int limit) {
		return change("""
				update owner.item i
				   set state = case when i.attempt >= i.attempt_limit then 'DEAD' else 'RETRY' end,
				       finished_at = case when i.attempt >= i.attempt_limit then clock_timestamp() end,
				       reason = format('no news of attempt %s within %s s', i.attempt, ?::int),
				       due_at = clock_timestamp() +\s""" + BACKOFF + """

				  from (select job, id from owner.item
				         where state in ('QUEUED', 'RUNNING') and due_at <= clock_timestamp()
				           and (state = 'RUNNING' or ?) order by due_at limit ?) as r
				 where i.job = r.job and i.id = r.id
				returning i.job, i.id, i.state, i.order_key""", (connection, update) -> {
			update.setLong(1, this.properties.itemTimeout().toSeconds());
			update.setLong(2, this.properties.maxBackoff().toMillis());
			update.setLong(3, this.properties.backoff().toMillis());
			update.setBoolean(4, queuedToo);
			update.setInt(5, limit);
		});
	}

	/** Which of these items there are. */
	Map<ItemKey, ItemState> states(Collection<ItemKey> keys) {
		Map<ItemKey, ItemState> states = new HashMap<>();
		for (Changed found : change("""
				select i.job, i.id, i.state, i.order_key
				  from owner.item i join unnest(?::bigint[], ?::text[]) as r (job, id) on i.job = r.job and i.id = r.id
				""", (connection, query) -> {
			query.setArray(1, array(connection, "bigint", keys, ItemKey::job));
			query.setArray(2, array(connection, "text", keys, ItemKey::item));
		})) {
			states.put(found.key(), found.state());
		}
		return states;
	}

	private static void results(Connection connection, PreparedStatement update, int first, Collection<Result> results)
			throws SQLException {
		update.setArray(first, array(connection, "bigint", results, (result) -> result.key().job()));
		update.setArray(first + 1, array(connection, "text", results, (result) -> result.key().item()));
		update.setArray(first + 2, array(connection, "int", results, Result::attempt));
		update.setArray(first + 3, array(connection, "text", results, Result::worker));
		update.setArray(first + 4, array(connection, "bigint", results, Result::tookMs));
	}

	private List<Changed> change(String sql, Parameters parameters) {
		return this.jdbc.query((connection) -> {
			PreparedStatement statement = connection.prepareStatement(sql);
			parameters.set(connection, statement);
			return statement;
		}, (ResultSet rows) -> {
			List<Changed> changed = new ArrayList<>();
			while (rows.next()) {
				changed.add(new Changed(new ItemKey(rows.getLong(1), rows.getString(2)),
						ItemState.valueOf(rows.getString(3)), rows.getString(4)));
			}
			return changed;
		});
	}

	private static <T> java.sql.Array array(Connection connection, String type, Collection<T> items,
			Function<T, ? extends @Nullable Object> value) throws SQLException {
		return connection.createArrayOf(type, items.stream().map(value).toArray());
	}

	/**
	 * How much is enqueued or being worked on.
	 *
	 * @param items how many items
	 * @param bytes how many bytes
	 * @param queued how many of the items no worker has begun
	 */
	record InFlight(int items, long bytes, int queued) {
	}

	/**
	 * An item that went to a state.
	 *
	 * @param key the item
	 * @param state its state now
	 * @param orderKey which of its job's orders it is in
	 */
	record Changed(ItemKey key, ItemState state, @Nullable String orderKey) {

		boolean isOver() {
			return this.state == ItemState.DONE || this.state == ItemState.DEAD;
		}

		Turn turn() {
			return new Turn(this.key.job(), this.orderKey);
		}

	}

	/**
	 * An order in which items are worked on.
	 *
	 * @param job whose items
	 * @param orderKey which of them; null: none
	 */
	record Turn(long job, @Nullable String orderKey) {
	}

	@FunctionalInterface
	private interface Parameters {

		void set(Connection connection, PreparedStatement statement) throws SQLException;

	}

}
