package dev.bootpatterns.owner.jobs;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
		List<Job> jobs = this.jobs.ofPipeline(id);
		for (Job job : jobs) {
			long jobId = Long.parseLong(job.id());
			stages.add(new Pipeline.StageView(job, barrier(jobId), next(jobId), waitsFor(job, jobs)));
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
	private Pipeline.@Nullable WaitsFor waitsFor(Job job, List<Job> all) {
		long id = Long.parseLong(job.id());
		return this.jdbc.sql("""
				select proceed from owner.job where id = :id and barrier is not null and released_at is null""")
			.param("id", id)
			.query((row, number) -> {
				Set<String> upstream = upstream(id);
				List<Job> before = all.stream().filter((other) -> upstream.contains(other.id())).toList();
				return new Pipeline.WaitsFor(job.total(),
						before.stream().mapToLong((other) -> other.total() - other.done() - other.dead()).sum(),
						before.stream().mapToLong(Job::dead).sum(), row.getBoolean("proceed"), stragglers(id));
			})
			.optional()
			.orElse(null);
	}

	private Set<String> upstream(long job) {
		return new HashSet<>(this.jdbc.sql("""
				with recursive upstream (job) as (
				       select f.from_job from owner.feed f where f.to_job = :id
				       union select f.from_job from owner.feed f join upstream u on f.to_job = u.job)
				select job from upstream""")
			.param("id", job)
			.query((row, number) -> Long.toString(row.getLong("job")))
			.list());
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
