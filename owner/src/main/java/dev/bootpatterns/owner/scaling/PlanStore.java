package dev.bootpatterns.owner.scaling;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Measures jobs by their items, so that nothing is kept that could differ from them, and
 * any replica comes to the same.
 * <p>
 * <b>Cost.</b> A pass over the job's items, as for the job itself.
 */
@Repository
class PlanStore {

	/** A job that is younger than the minute is measured over its age. */
	private static final String MEASURE = """
			select j.id, j.state, j.finished_at, j.finish_by, clock_timestamp() as now, c.*, o.*, s.*
			  from owner.job j
			 cross join lateral (select greatest(1, least(60, extract(epoch from clock_timestamp() - j.created_at)))
			                            as seconds) w
			 cross join lateral (
			       select count(*) filter (where i.state not in ('DONE', 'DEAD')) as backlog,
			              count(*) filter (where i.state not in ('DONE', 'DEAD') and i.order_key is null) as unordered,
			              count(*) filter (where i.queued_at > clock_timestamp() - interval '60 s') / w.seconds as enqueued,
			              count(*) filter (where i.finished_at > clock_timestamp() - interval '60 s') / w.seconds as ended
			         from owner.item i where i.job = j.id) c
			 cross join lateral (
			       select count(*) as orders, coalesce(max(length), 0) as longest
			         from (select count(*) as length from owner.item i
			                where i.job = j.id and i.order_key is not null and i.state not in ('DONE', 'DEAD')
			                group by i.order_key) as one) o
			 cross join lateral (
			       select count(*) as samples, coalesce(avg(took_ms), 0) as mean, coalesce(avg(attempt), 0) as attempts,
			              coalesce(percentile_cont(0.95) within group (order by took_ms), 0) as p95
			         from (select took_ms, attempt from owner.item i
			                where i.job = j.id and i.finished_at is not null and i.took_ms is not null
			                order by i.finished_at desc limit 1000) as last) s
			""";

	private final JdbcClient jdbc;

	private final Workers workers;

	PlanStore(JdbcClient jdbc, Workers workers) {
		this.jdbc = jdbc;
		this.workers = workers;
	}

	Optional<Measured> measure(long job) {
		List<Workers.Worker> lately = this.workers.lately();
		return this.jdbc.sql(MEASURE + " where j.id = :id")
			.param("id", job)
			.query((row, number) -> measured(row, lately))
			.optional();
	}

	/** Those that are wanted to be over at some time, and are not. */
	List<Measured> wanted() {
		List<Workers.Worker> lately = this.workers.lately();
		return this.jdbc.sql(MEASURE + " where j.finish_by is not null and j.state in ('LISTING', 'RUNNING')")
			.query((row, number) -> measured(row, lately))
			.list();
	}

	/** Whether there is a job that goes on without a time at which it is wanted. */
	boolean isAnyAsSoonAsPossible() {
		return this.jdbc
			.sql("select exists (select from owner.job where finish_by is null and state in ('LISTING', 'RUNNING'))")
			.query(Boolean.class)
			.single();
	}

	/** Says when a job is wanted to be over. */
	void finishBy(long job, @Nullable Instant finishBy) {
		this.jdbc.sql("update owner.job set finish_by = :at where id = :id")
			.param("at", (finishBy != null) ? finishBy.atOffset(ZoneOffset.UTC) : null)
			.param("id", job)
			.update();
	}

	/**
	 * How long the item has waited that is due or enqueued for longest; 0 without any.
	 */
	double oldestSeconds() {
		return this.jdbc.sql("""
				select greatest(0, coalesce(extract(epoch from clock_timestamp() - least(
				         (select min(queued_at) from owner.item where state = 'QUEUED'),
				         (select min(i.due_at) from owner.job j join owner.item i on i.job = j.id
				           where j.state in ('LISTING', 'RUNNING') and i.state in ('PENDING', 'RETRY')))), 0))""")
			.query(Double.class)
			.single();
	}

	private static Measured measured(ResultSet row, List<Workers.Worker> workers) throws SQLException {
		long backlog = row.getLong("backlog");
		return new Measured(row.getLong("id"), row.getString("state"),
				row.getObject("now", OffsetDateTime.class).toInstant(), instant(row, "finished_at"),
				instant(row, "finish_by"), backlog, Math.max(row.getLong("longest"), Math.min(1, backlog)),
				row.getLong("orders") + row.getLong("unordered"), row.getDouble("enqueued"), row.getDouble("ended"),
				row.getLong("samples"), row.getDouble("mean"), row.getDouble("p95"), row.getDouble("attempts"),
				workers);
	}

	private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

}
