package dev.bootpatterns.owner.jobs;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Jobs in PostgreSQL. Progress is counted from the items, never kept beside them, so that
 * it cannot differ from them.
 */
@Repository
class JobStore {

	/** The rate of a job under way is that of the last ten seconds. */
	private static final String SELECT = """
			select j.*, c.*, extract(epoch from coalesce(j.finished_at, clock_timestamp()) - j.created_at) as age
			  from owner.job j cross join lateral (
			       select count(*) as total,
			              count(*) filter (where i.state = 'DONE') as done,
			              count(*) filter (where i.state = 'RETRY') as failed,
			              count(*) filter (where i.state = 'DEAD') as dead,
			              count(*) filter (where i.state = 'RUNNING') as running,
			              count(*) filter (where i.state = 'QUEUED') as queued,
			              count(*) filter (where i.finished_at > clock_timestamp() - interval '10 s') as recent
			         from owner.item i where i.job = j.id) c
			""";

	private static final double WINDOW_SECONDS = 10;

	private final JdbcClient jdbc;

	private final JsonMapper json;

	JobStore(JdbcClient jdbc, JsonMapper json) {
		this.jdbc = jdbc;
		this.json = json;
	}

	long create(JobRequest request) {
		OrderBy orderBy = request.orderBy();
		return this.jdbc.sql("""
				insert into owner.job (source, handler, parameters, priority, order_by)
				values (:source, :handler, :parameters::jsonb, :priority, :orderBy) returning id""")
			.param("source", request.source())
			.param("handler", request.handler())
			.param("parameters", this.json.writeValueAsString(request.parameters()))
			.param("priority", request.priority())
			.param("orderBy", (orderBy != null) ? orderBy.toString() : null)
			.query(Long.class)
			.single();
	}

	Optional<Job> find(long id) {
		return this.jdbc.sql(SELECT + " where j.id = :id").param("id", id).query(this::job).optional();
	}

	List<Job> newest(int limit) {
		return this.jdbc.sql(SELECT + " order by j.id desc limit :limit").param("limit", limit).query(this::job).list();
	}

	/** The stages of a pipeline, each after those that feed it. */
	List<Job> ofPipeline(long pipeline) {
		return this.jdbc.sql(SELECT + " where j.pipeline = :pipeline order by j.id")
			.param("pipeline", pipeline)
			.query(this::job)
			.list();
	}

	/** Jobs whose sources are to be listed, oldest first. */
	List<Unlisted> unlisted() {
		return this.jdbc.sql("""
				select id, source, order_by from owner.job j
				 where state = 'LISTING' and not exists (select from owner.feed f where f.to_job = j.id)
				 order by priority desc, id limit 10""")
			.query((row, number) -> new Unlisted(row.getLong("id"), row.getString("source"),
					OrderBy.ofNullable(row.getString("order_by"))))
			.list();
	}

	/** LISTING to RUNNING. */
	void listed(long id, Map<String, Long> skipped) {
		this.jdbc.sql("""
				update owner.job set state = 'RUNNING', listed_at = clock_timestamp(), skipped = :skipped::jsonb
				 where id = :id and state = 'LISTING'""")
			.param("id", id)
			.param("skipped", this.json.writeValueAsString(skipped))
			.update();
	}

	/**
	 * LISTING to FAILED. What was listed and has not ended will not be tried any more.
	 */
	void failed(long id, String reason) {
		int changed = this.jdbc.sql("""
				update owner.job set state = 'FAILED', reason = :reason, finished_at = clock_timestamp()
				 where id = :id and state = 'LISTING'""").param("id", id).param("reason", reason).update();
		if (changed == 1) {
			this.jdbc.sql("""
					update owner.item set state = 'DEAD', reason = 'its job failed', finished_at = clock_timestamp()
					 where job = :id and state not in ('DONE', 'DEAD')""").param("id", id).update();
		}
	}

	List<Long> running() {
		return this.jdbc.sql("select id from owner.job where state = 'RUNNING' order by id")
			.query((row, number) -> row.getLong("id"))
			.list();
	}

	boolean hasOpenItems(long id) {
		return this.jdbc.sql("select exists (select from owner.item where job = :id and state not in ('DONE', 'DEAD'))")
			.param("id", id)
			.query(Boolean.class)
			.single();
	}

	/**
	 * RUNNING to DONE, with its certificate, if all items have ended and none was put
	 * back since they were read. The row is locked first, against one that is put back
	 * meanwhile.
	 */
	boolean finish(long id, CertificateStore.Draft certificate) {
		lock(id);
		return !hasOpenItems(id) && this.jdbc.sql("""
				update owner.job set state = 'DONE', finished_at = clock_timestamp(), certificate = :proof::jsonb
				 where id = :id and state = 'RUNNING' and reopened = :reopened""")
			.param("id", id)
			.param("proof", certificate.proof())
			.param("reopened", certificate.reopened())
			.update() == 1;
	}

	/**
	 * Puts a DEAD item back, with as many attempts as at first; its job, if it was DONE,
	 * goes on, and its certificate is void; and so those that it feeds, up to where a
	 * barrier has gone on without it. Those that were to follow it in the same order may
	 * have ended already.
	 * @return whether it was DEAD, of a job that has not failed, and not because it was
	 * late
	 */
	boolean retry(long id, String item, int attempts) {
		List<Long> downstream = this.jdbc.sql("""
				with recursive downstream (job) as (
				       select j.id from owner.job j where j.id = :id
				       union select f.to_job from downstream d join owner.feed f on f.from_job = d.job
				               join owner.job t on t.id = f.to_job where t.released_at is null)
				select id from owner.job where id in (select job from downstream) order by id for update""")
			.param("id", id)
			.query((row, number) -> row.getLong("id"))
			.list();
		int changed = this.jdbc.sql("""
				update owner.item i
				   set state = 'PENDING', attempt_limit = i.attempt + :attempts, due_at = clock_timestamp(),
				       finished_at = null
				  from owner.job j
				 where j.id = i.job and i.job = :id and i.id = :item and i.state = 'DEAD' and j.state <> 'FAILED'
				   and (j.released_at is null or i.attempt > 0)""")
			.param("attempts", attempts)
			.param("id", id)
			.param("item", item)
			.update();
		if (changed == 1) {
			this.jdbc.sql("""
					update owner.job
					   set state = case when state in ('RUNNING', 'DONE') and id <> :id then 'LISTING'
					                    when state = 'DONE' then 'RUNNING' else state end,
					       finished_at = null, certificate = null, reopened = reopened + 1
					 where id in (:downstream)""").param("id", id).param("downstream", downstream).update();
		}
		return changed == 1;
	}

	private void lock(long id) {
		this.jdbc.sql("select id from owner.job where id = :id for update")
			.param("id", id)
			.query(Long.class)
			.optional();
	}

	/** Items of a job by id, after one of them. */
	List<Item> items(long id, @Nullable ItemState state, String after, int limit) {
		String byState = (state != null) ? " and state = '" + state.name() + "'" : "";
		return this.jdbc.sql("""
				select id, state, attempt, size, worker, reason, took_ms, octet_length(output) as output_bytes,
				       reduce_key, reduced_by, queued_at, started_at, finished_at
				  from owner.item where job = :job and id > :after""" + byState + " order by id limit :limit")
			.param("job", id)
			.param("after", after)
			.param("limit", limit)
			.query((row, number) -> new Item(row.getString("id"), ItemState.valueOf(row.getString("state")),
					row.getInt("attempt"), row.getLong("size"), row.getString("worker"), row.getString("reason"),
					row.getObject("took_ms", Long.class), row.getObject("output_bytes", Integer.class),
					row.getString("reduce_key"), row.getString("reduced_by"), instant(row, "queued_at"),
					instant(row, "started_at"), instant(row, "finished_at")))
			.list();
	}

	Optional<ItemState> state(long id, String item) {
		return this.jdbc.sql("select state from owner.item where job = :job and id = :item")
			.param("job", id)
			.param("item", item)
			.query(String.class)
			.optional()
			.map(ItemState::valueOf);
	}

	/** What an item has led to, if it is DONE and has led to anything. */
	Optional<byte[]> output(long id, String item) {
		return this.jdbc.sql("select output from owner.item where job = :job and id = :item and output is not null")
			.param("job", id)
			.param("item", item)
			.query((row, number) -> row.getBytes("output"))
			.optional();
	}

	private Job job(ResultSet row, int number) throws SQLException {
		JobState state = JobState.valueOf(row.getString("state"));
		boolean over = state == JobState.DONE || state == JobState.FAILED;
		long total = row.getLong("total");
		long ended = row.getLong("done") + row.getLong("dead");
		double age = Math.max(0.001, row.getDouble("age"));
		double rate = over ? ended / age : row.getLong("recent") / Math.min(age, WINDOW_SECONDS);
		Long eta = over ? Long.valueOf(0)
				: (state == JobState.RUNNING && rate > 0) ? (Long) (long) Math.ceil((total - ended) / rate) : null;
		return new Job(Long.toString(row.getLong("id")), state, row.getString("pipeline"), row.getString("stage"),
				row.getString("source"), row.getString("handler"),
				this.json.readValue(row.getString("parameters"), new TypeReference<Map<String, Object>>() {
				}), row.getInt("priority"), row.getString("order_by"), total, row.getLong("done"),
				row.getLong("failed"), row.getLong("dead"), row.getLong("running"), row.getLong("queued"),
				this.json.readValue(row.getString("skipped"), new TypeReference<Map<String, Long>>() {
				}), Math.round(rate * 10) / 10.0, eta, row.getString("reason"),
				row.getObject("created_at", OffsetDateTime.class).toInstant(), instant(row, "finished_at"));
	}

	private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

	/**
	 * A job to list.
	 *
	 * @param id the job
	 * @param source its source
	 * @param orderBy which of its items are in an order
	 */
	record Unlisted(long id, String source, @Nullable OrderBy orderBy) {
	}

	/**
	 * An item as the API shows it.
	 *
	 * @param id its id
	 * @param state where it is
	 * @param attempt the latest attempt, 0 before the first
	 * @param size in bytes
	 * @param worker who had it last
	 * @param reason why it failed last
	 * @param tookMs how long the last attempt took
	 * @param outputBytes how long its output is, if it has one
	 * @param reduceKey in a REDUCE: which results it belongs to
	 * @param reducedBy in a REDUCE: which item makes one of it and others; null: none, so
	 * that its output, if it has one, is a result of the whole
	 * @param queuedAt when it was enqueued last
	 * @param startedAt when a worker began last
	 * @param finishedAt when it ended
	 */
	record Item(String id, ItemState state, int attempt, long size, @Nullable String worker, @Nullable String reason,
			@Nullable Long tookMs, @Nullable Integer outputBytes, @Nullable String reduceKey,
			@Nullable String reducedBy, @Nullable Instant queuedAt, @Nullable Instant startedAt,
			@Nullable Instant finishedAt) {
	}

}
