package dev.bootpatterns.owner.jobs;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * Pipelines as they are asked for and shown. How their items go from stage to stage is
 * the {@link StageStore}'s.
 */
@Repository
class PipelineStore {

	private static final int STRAGGLERS = 5;

	private final JdbcClient jdbc;

	private final JobStore jobs;

	private final JsonMapper json;

	PipelineStore(JdbcClient jdbc, JobStore jobs, JsonMapper json) {
		this.jdbc = jdbc;
		this.jobs = jobs;
		this.json = json;
	}

	/** All of its jobs at once, each with a higher id than those that feed it. */
	@Transactional
	public long create(Manifest manifest, String source) {
		long pipeline = this.jdbc.sql("insert into owner.pipeline (name, source) values (:name, :source) returning id")
			.param("name", manifest.name())
			.param("source", source)
			.query(Long.class)
			.single();
		Map<String, Long> jobs = new HashMap<>();
		for (Stage stage : manifest.stages()) {
			jobs.put(stage.name(), insert(pipeline, source, stage));
		}
		Map<String, List<String>> inputs = Manifest.inputs(manifest.stages());
		for (Stage stage : manifest.stages()) {
			List<String> from = inputs.getOrDefault(stage.name(), List.of());
			for (String name : from) {
				this.jdbc.sql("""
						insert into owner.feed (from_job, to_job, prefix, buffer)
						values (:from, :to, :prefix, :buffer)""")
					.param("from", jobs.get(name))
					.param("to", jobs.get(stage.name()))
					.param("prefix", (from.size() > 1) ? name + "/" : "")
					.param("buffer", (stage.barrier() == null) ? stage.buffer() : null)
					.update();
			}
		}
		return pipeline;
	}

	private long insert(long pipeline, String source, Stage stage) {
		Stage.Reduction reduction = stage.reduction();
		return this.jdbc
			.sql("""
					insert into owner.job (source, handler, parameters, order_by, pipeline, stage, barrier, fan_in, reduce_by)
					values (:source, :handler, :parameters::jsonb, :orderBy, :pipeline, :stage, :barrier, :fanIn, :by)
					returning id""")
			.param("source", source)
			.param("handler", stage.handler())
			.param("parameters", this.json.writeValueAsString(stage.parameters()))
			.param("orderBy", text(stage.orderBy()))
			.param("pipeline", pipeline)
			.param("stage", stage.name())
			.param("barrier", text(stage.barrier()))
			.param("fanIn", (reduction != null) ? reduction.fanIn() : null)
			.param("by", (reduction != null) ? text(reduction.by()) : null)
			.query(Long.class)
			.single();
	}

	private static @Nullable String text(@Nullable Object value) {
		return (value != null) ? value.toString() : null;
	}

	Optional<Pipeline> find(long id) {
		return this.jdbc.sql("select id, name, source, created_at from owner.pipeline where id = :id")
			.param("id", id)
			.query((row, number) -> pipeline(row.getLong("id"), row.getString("name"), row.getString("source"),
					row.getObject("created_at", OffsetDateTime.class).toInstant()))
			.optional();
	}

	List<Pipeline> newest(int limit) {
		return this.jdbc.sql("select id from owner.pipeline order by id desc limit :limit")
			.param("limit", limit)
			.query((row, number) -> row.getLong("id"))
			.list()
			.stream()
			.map(this::find)
			.flatMap(Optional::stream)
			.toList();
	}

	private Pipeline pipeline(long id, String name, String source, Instant createdAt) {
		List<Pipeline.StageView> stages = new ArrayList<>();
		for (Job job : this.jobs.ofPipeline(id)) {
			long jobId = Long.parseLong(job.id());
			stages.add(new Pipeline.StageView(job, barrier(jobId), next(jobId), waitsFor(jobId)));
		}
		return Pipeline.of(Long.toString(id), name, source, createdAt, stages);
	}

	private @Nullable String barrier(long job) {
		return this.jdbc.sql("select coalesce(barrier, '') from owner.job where id = :id")
			.param("id", job)
			.query(String.class)
			.optional()
			.filter((barrier) -> !barrier.isEmpty())
			.orElse(null);
	}

	private List<String> next(long job) {
		return this.jdbc.sql(
				"select j.stage from owner.feed f join owner.job j on j.id = f.to_job where f.from_job = :id order by j.id")
			.param("id", job)
			.query((row, number) -> row.getString("stage"))
			.list();
	}

	/** Null for a stage that holds nothing up: no barrier, or one that is open. */
	private Pipeline.@Nullable WaitsFor waitsFor(long job) {
		return this.jdbc.sql("""
				with recursive upstream (job) as (
				       select f.from_job from owner.feed f where f.to_job = :id
				       union select f.from_job from owner.feed f join upstream u on f.to_job = u.job)
				select j.proceed, count(*) filter (where i.state not in ('DONE', 'DEAD')) as open,
				       count(*) filter (where i.state = 'DEAD') as dead,
				       (select count(*) from owner.item held where held.job = j.id) as held
				  from owner.job j left join upstream u on true left join owner.item i on i.job = u.job
				 where j.id = :id and j.barrier is not null and j.released_at is null
				 group by j.id""")
			.param("id", job)
			.query((row, number) -> new Pipeline.WaitsFor(row.getLong("held"), row.getLong("open"), row.getLong("dead"),
					row.getBoolean("proceed"), stragglers(job)))
			.optional()
			.orElse(null);
	}

	private List<Pipeline.Straggler> stragglers(long job) {
		return this.jdbc.sql("""
				with recursive upstream (job) as (
				       select f.from_job from owner.feed f where f.to_job = :id
				       union select f.from_job from owner.feed f join upstream u on f.to_job = u.job)
				select j.stage, i.id, i.state, i.attempt, i.reason,
				       extract(epoch from clock_timestamp() - coalesce(i.started_at, i.queued_at))::bigint as seconds
				  from owner.item i join owner.job j on j.id = i.job
				 where i.job in (select job from upstream) and i.state in ('QUEUED', 'RUNNING', 'RETRY', 'DEAD')
				 order by i.state = 'DEAD' desc, coalesce(i.started_at, i.queued_at), i.seq limit :limit""")
			.param("id", job)
			.param("limit", STRAGGLERS)
			.query((row, number) -> new Pipeline.Straggler(row.getString("stage"), row.getString("id"),
					ItemState.valueOf(row.getString("state")), row.getInt("attempt"), row.getString("reason"),
					row.getObject("seconds", Long.class)))
			.list();
	}

}
