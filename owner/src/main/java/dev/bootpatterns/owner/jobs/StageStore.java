package dev.bootpatterns.owner.jobs;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/**
 * What happens between the stages of a pipeline, in PostgreSQL: items go from one to the
 * next, barriers open, partial results become fewer. Callers bring the transaction and
 * its fence.
 */
@Repository
class StageStore {

	/** A group of results is one message to a worker. */
	private static final int GROUP_BYTES = 512 * 1024;

	private static final int RESULTS_AT_ONCE = 20_000;

	/** The job itself, and all that feed it, directly or not. */
	private static final String UPSTREAM = """
			with recursive upstream (job) as (
			       select ?::bigint union select f.from_job from owner.feed f join upstream u on f.to_job = u.job)
			""";

	private final JdbcTemplate jdbc;

	private final JobsProperties properties;

	StageStore(JdbcTemplate jdbc, JobsProperties properties) {
		this.jdbc = jdbc;
		this.properties = properties;
	}

	/** Which jobs these feed. */
	List<Feed> feeds(Collection<Long> jobs) {
		return this.jdbc.query((connection) -> {
			PreparedStatement query = connection.prepareStatement("""
					select f.from_job, b.barrier is not distinct from 'REDUCE' as of_roots, f.to_job, j.stage, f.prefix,
					       j.order_by, j.barrier, j.reduce_by
					  from owner.feed f join owner.job j on j.id = f.to_job join owner.job b on b.id = f.from_job
					 where f.from_job = any(?) order by f.from_job, f.to_job""");
			query.setArray(1, connection.createArrayOf("bigint", jobs.toArray()));
			return query;
		}, (row, number) -> {
			String barrier = row.getString("barrier");
			return new Feed(row.getLong("from_job"), row.getBoolean("of_roots"), row.getLong("to_job"),
					row.getString("stage"), row.getString("prefix"), OrderBy.ofNullable(row.getString("order_by")),
					(barrier != null) ? Stage.Barrier.valueOf(barrier) : null,
					OrderBy.ofNullable(row.getString("reduce_by")));
		});
	}

	/**
	 * Adds items to the next stages, in this order. Those that are there already stay as
	 * they are: {@link #taken} says which. One that comes to a barrier waits for the
	 * others; one that comes when the others have gone is late, and DEAD. What is to be
	 * reduced has nothing to be done with by itself.
	 */
	void feed(List<Fed> items) {
		lock(items);
		this.jdbc.update((connection) -> {
			PreparedStatement insert = connection.prepareStatement(
					"""
							insert into owner.item (job, id, size, attempt_limit, order_key, reduce_key, content, origin_job,
							                        origin_item, state, reason, due_at, finished_at)
							select j.id, f.id, case f.what when 'SAME' then i.size else f.size end, ?, f.order_key, f.reduce_key,
							       case f.what when 'OWN' then f.content when 'SAME' then i.content end,
							       case f.what when 'OUTPUT' then i.job when 'SAME' then i.origin_job end,
							       case when f.what = 'OUTPUT' then i.id
							            when f.what = 'SAME' and i.content is null then coalesce(i.origin_item, i.id) end,
							       case when j.released_at is not null or j.barrier = 'REDUCE' and f.reduce_key is null then 'DEAD' when j.barrier = 'REDUCE' then 'DONE' else 'PENDING' end,
							       case when j.released_at is not null then format('late: stage %s went on without it at %s', j.stage, j.released_at)
							            when j.barrier = 'REDUCE' and f.reduce_key is null then format('has no %s, by which stage %s reduces', j.reduce_by, j.stage) end,
							       case when j.barrier is not null or f.order_key is not null then 'infinity' else clock_timestamp() end,
							       case when j.released_at is not null or j.barrier = 'REDUCE' then clock_timestamp() end
							  from unnest(?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::bytea[], ?::bigint[], ?::text[], ?::text[])
							       with ordinality as f (from_job, from_item, job, id, what, content, size, order_key, reduce_key, place)
							  join owner.item i on i.job = f.from_job and i.id = f.from_item
							  join owner.job j on j.id = f.job
							 order by f.place on conflict do nothing""");
			insert.setInt(1, this.properties.maxAttempts());
			insert.setArray(2, array(connection, "bigint", items, (item) -> item.from().job()));
			insert.setArray(3, array(connection, "text", items, (item) -> item.from().item()));
			insert.setArray(4, array(connection, "bigint", items, (item) -> item.feed().to()));
			insert.setArray(5, array(connection, "text", items, Fed::id));
			insert.setArray(6, array(connection, "text", items, (item) -> item.what().name()));
			insert.setArray(7,
					connection.createArrayOf("bytea", items.stream().map(Fed::content).toArray(byte[][]::new)));
			insert.setArray(8, array(connection, "bigint", items, Fed::size));
			insert.setArray(9, array(connection, "text", items, Fed::orderKey));
			insert.setArray(10, array(connection, "text", items, Fed::reduceKey));
			return insert;
		});
		// What came late changes what the job's certificate says.
		this.jdbc.update((connection) -> {
			PreparedStatement update = connection.prepareStatement(
					"""
							update owner.job set state = 'RUNNING', finished_at = null, certificate = null, reopened = reopened + 1
							 where id = any(?) and state in ('RUNNING', 'DONE') and released_at is not null""");
			update.setArray(1, connection.createArrayOf("bigint",
					items.stream().map((item) -> item.feed().to()).distinct().toArray()));
			return update;
		});
	}

	/** In the order in which whoever puts an item back locks them. */
	private void lock(List<Fed> items) {
		this.jdbc.query((connection) -> {
			PreparedStatement query = connection
				.prepareStatement("select id from owner.job where id = any(?) order by id for key share");
			query.setArray(1, connection.createArrayOf("bigint",
					items.stream().map((item) -> item.feed().to()).distinct().toArray()));
			return query;
		}, (row, number) -> row.getLong("id"));
	}

	/** Which of these are there already. */
	Set<ItemKey> taken(List<Fed> items) {
		return new HashSet<>(this.jdbc.query((connection) -> {
			PreparedStatement query = connection.prepareStatement("""
					select i.job, i.id from owner.item i
					  join unnest(?::bigint[], ?::text[]) as f (job, id) on i.job = f.job and i.id = f.id""");
			query.setArray(1, array(connection, "bigint", items, (item) -> item.feed().to()));
			query.setArray(2, array(connection, "text", items, Fed::id));
			return query;
		}, (row, number) -> new ItemKey(row.getLong("job"), row.getString("id"))));
	}

	/** Which of these jobs reduce. */
	Set<Long> reducing(Collection<Long> jobs) {
		return new HashSet<>(this.jdbc.query((connection) -> {
			PreparedStatement query = connection
				.prepareStatement("select id from owner.job where id = any(?) and barrier = 'REDUCE'");
			query.setArray(1, connection.createArrayOf("bigint", jobs.toArray()));
			return query;
		}, (row, number) -> row.getLong("id")));
	}

	/**
	 * Fed jobs that wait for more, while all that feed them have ended. Those that end in
	 * this way themselves may let others follow.
	 */
	List<Long> fed() {
		return this.jdbc.query("""
				select j.id from owner.job j
				 where j.state = 'LISTING' and exists (select from owner.feed f where f.to_job = j.id)
				   and not exists (select from owner.feed f join owner.job i on i.id = f.from_job
				                    where f.to_job = j.id and i.state not in ('DONE', 'FAILED'))
				 order by j.id""", (row, number) -> row.getLong("id"));
	}

	/** Which stage that feeds this job has failed, if one has. */
	List<String> failed(long job) {
		return this.jdbc.query("""
				select i.stage from owner.feed f join owner.job i on i.id = f.from_job
				 where f.to_job = ? and i.state = 'FAILED' order by i.id""", (row, number) -> row.getString("stage"),
				job);
	}

	/**
	 * LISTING to RUNNING, for nothing more will come; what was held is let go. Whoever
	 * puts an item back locks the rows of the same jobs, in the same order.
	 * @return whether it did: not if a barrier waits for what is DEAD, or if items of one
	 * that feeds it were put back meanwhile
	 */
	boolean open(long job) {
		this.jdbc.queryForList(UPSTREAM + """
				select id from owner.job where id in (select job from upstream) order by id for update""", Long.class,
				job);
		int changed = this.jdbc.update(
				UPSTREAM + """
						update owner.job j
						   set state = 'RUNNING', listed_at = clock_timestamp(),
						       released_at = case when j.barrier is not null then clock_timestamp() end
						 where j.id = ? and j.state = 'LISTING'
						   and not exists (select from owner.feed f join owner.job i on i.id = f.from_job
						                    where f.to_job = j.id and i.state <> 'DONE')
						   and (j.barrier is null or j.proceed
						     or not exists (select from owner.item i where i.state = 'DEAD' and i.job in (select job from upstream)))""",
				job, job);
		if (changed == 1) {
			this.jdbc
				.update("""
						update owner.item i set due_at = clock_timestamp() from owner.job j
						 where j.id = i.job and j.barrier = 'JOIN' and i.job = ? and i.state = 'PENDING' and i.due_at = 'infinity'""",
						job);
		}
		return changed == 1;
	}

	/**
	 * Makes groups of results of a REDUCE that are not in one, for workers to make one of
	 * each; of no fewer than two, unless there is only one and nothing was done with it
	 * yet. Results that belong to a group that is DEAD wait until it is put back. At most
	 * {@value #RESULTS_AT_ONCE} results, for a transaction of an owner must be short: to
	 * be repeated until there are no more.
	 * <p>
	 * Neighbours are grouped in pairs, so that the number of results at least halves,
	 * however large they are; as many pairs as the fan-in and the bytes allow.
	 * @return how many groups were made
	 */
	int reduce(long job) {
		Integer groups = this.jdbc.queryForObject(
				"""
						with candidate as (
						       select i.id, i.reduce_key, i.level,
						              case when i.level > 0 then coalesce(octet_length(i.output), 0) else i.size end as size
						         from owner.item i
						        where i.job = ? and i.reduce_key is not null and i.reduced_by is null and i.state = 'DONE'
						          and (i.level = 0 or exists (
						               select from owner.item o where o.job = i.job and o.reduce_key = i.reduce_key
						                  and o.reduced_by is null and o.state = 'DONE' and o.id <> i.id))
						          and not exists (select from owner.item d where d.job = i.job and d.reduce_key = i.reduce_key
						                             and d.level > 0 and d.state = 'DEAD')
						        order by i.reduce_key, i.id collate "C" limit ?
						     ), result as (
						       select c.*, count(*) over of_key as many, max(c.level) over of_key as deepest,
						              (row_number() over in_key - 1) / 2 as pair, sum(c.size) over in_key - c.size as start
						         from candidate c
						       window of_key as (partition by c.reduce_key),
						              in_key as (partition by c.reduce_key order by c.id collate "C")
						     ), bucketed as (
						       select r.*, min(r.start) over (partition by r.reduce_key, r.pair)::bigint / ? as bucket
						         from result r where r.many > 1 or r.level = 0
						     ), divided as (
						       select b.*, (b.pair - min(b.pair) over (partition by b.reduce_key, b.bucket)) * 2 / j.fan_in as part
						         from bucketed b cross join (select fan_in from owner.job where id = ?) as j
						     ), numbered as (
						       select d.*, l.seq + dense_rank() over (order by d.reduce_key, d.bucket, d.part) as number
						         from divided d cross join (select coalesce(max(seq), 0) as seq from owner.item where job = ?) as l
						     ), named as (
						       select n.id, n.reduce_key, n.size, n.deepest + 1 as level,
						              format('%s%s/%s/%s', ?::text, n.deepest + 1, n.reduce_key, lpad(n.number::text, 12, '0')) as name
						         from numbered n
						     ), taken as (
						       update owner.item i set reduced_by = n.name from named n where i.job = ? and i.id = n.id
						     ), made as (
						       insert into owner.item (job, id, size, attempt_limit, level, reduce_key)
						       select ?, n.name, sum(n.size), ?, n.level, n.reduce_key from named n
						        group by n.name, n.level, n.reduce_key order by n.name
						       returning id
						     )
						select count(*)::int from made""",
				Integer.class, job, RESULTS_AT_ONCE, GROUP_BYTES, job, job, Feed.PARTIAL, job, job,
				this.properties.maxAttempts());
		return Objects.requireNonNull(groups);
	}

	/**
	 * What is left of a REDUCE, one for each key of which nothing is DEAD: id and key.
	 */
	List<Root> roots(long job) {
		return this.jdbc.query("""
				select i.id, i.reduce_key, octet_length(i.output) as bytes from owner.item i
				 where i.job = ? and i.reduce_key is not null and i.reduced_by is null and i.state = 'DONE'
				   and i.level > 0 and i.output is not null
				   and not exists (select from owner.item d where d.job = i.job and d.reduce_key = i.reduce_key
				                      and d.level > 0 and d.state <> 'DONE')
				 order by i.reduce_key collate "C\"""",
				(row, number) -> new Root(row.getString("id"), row.getString("reduce_key"), row.getInt("bytes")), job);
	}

	/** Lets a barrier that waits go on without what is DEAD. */
	boolean proceed(long job) {
		return this.jdbc.update("""
				update owner.job set proceed = true
				 where id = ? and barrier is not null and released_at is null and state = 'LISTING'""", job) == 1;
	}

	private static <T> java.sql.Array array(Connection connection, String type, Collection<T> items,
			Function<T, ? extends @Nullable Object> value) throws SQLException {
		return connection.createArrayOf(type, items.stream().map(value).toArray());
	}

	/**
	 * A result that nothing is left to be made one with.
	 *
	 * @param id of the item whose output it is
	 * @param key what was reduced to it
	 * @param bytes how long it is
	 */
	record Root(String id, String key, int bytes) {

		/** Its id in the next stage. */
		String name() {
			return this.key.isEmpty() ? "all" : this.key.matches("/*all") ? "/" + this.key : this.key;
		}

	}

}
