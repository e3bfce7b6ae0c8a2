package dev.bootpatterns.owner.jobs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.owner.election.FencedOperations;
import dev.bootpatterns.owner.election.FencedOperationsAccess;
import dev.bootpatterns.owner.election.Term;
import dev.bootpatterns.owner.sources.SourceItem;
import dev.bootpatterns.owner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.unit.DataSize;

/** Jobs and items in a PostgreSQL of their own, without the loops that drive them. */
final class JobsOnDatabase implements AutoCloseable {

	static final int ATTEMPTS = 3;

	final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	final HikariDataSource pool = TestDatabase.migrated().pool();

	final JdbcClient jdbc = JdbcClient.create(this.pool);

	final FencedOperations fenced = FencedOperationsAccess.on(this.pool, this.meters);

	final Term term = FencedOperationsAccess.granted(this.pool);

	final ItemStore items = new ItemStore(new JdbcTemplate(this.pool), properties());

	final JobStore jobs = new JobStore(this.jdbc, JsonMapper.shared());

	final CertificateStore certificates = new CertificateStore(new JdbcTemplate(this.pool), JsonMapper.shared());

	final StageStore stages = new StageStore(new JdbcTemplate(this.pool), properties());

	final ItemTransitions transitions = new ItemTransitions(this.items, this.stages, this.fenced, this.meters);

	final PipelineStore pipelines = new PipelineStore(this.jdbc, this.jobs, JsonMapper.shared());

	final StoredContents contents = new StoredContents(this.jdbc);

	private final Progress progress = new Progress(this.jobs, this.stages, this.transitions, this.certificates,
			this.fenced);

	private static JobsProperties properties() {
		return new JobsProperties(Duration.ofMillis(100), 10, DataSize.ofMegabytes(1), 10, DataSize.ofMegabytes(1),
				Duration.ofSeconds(1), Duration.ofSeconds(60), ATTEMPTS, Duration.ofSeconds(10), Duration.ofSeconds(15),
				1);
	}

	long job() {
		return job(JobRequest.NORMAL, null);
	}

	long job(int priority, @Nullable OrderBy orderBy) {
		return this.jobs.create(new JobRequest("corpus", "ingest", Map.of(), priority, orderBy));
	}

	void list(long job, String... ids) {
		String orderBy = this.jobs.find(job).orElseThrow().orderBy();
		this.transitions.add(this.term,
				new JobStore.Unlisted(job, "corpus", (orderBy != null) ? OrderBy.of(orderBy).orElseThrow() : null),
				Stream.of(ids).map((id) -> new SourceItem(id, 5)).toList());
	}

	void listed(long job) {
		this.jobs.listed(job, Map.of());
	}

	List<DueItem> due(long job) {
		return this.items.due(10_000).stream().filter((item) -> item.key().job() == job).toList();
	}

	/** Enqueues what is due. */
	List<String> publish(long job) {
		List<DueItem> due = due(job);
		this.transitions.published(this.term, due, List.of(), Duration.ofSeconds(1));
		return due.stream().map((item) -> item.key().item()).toList();
	}

	void apply(long job, String item, int attempt, Result.Outcome outcome) {
		this.transitions.apply(this.term, List.of(result(job, item, attempt, outcome)));
	}

	/** Makes one step, as the owner does between two looks. */
	boolean step() {
		return this.progress.step(this.term);
	}

	boolean finish(long job) {
		CertificateStore.Draft certificate = this.certificates.draft(job);
		return this.fenced.inTransaction(this.term, () -> this.jobs.finish(job, certificate));
	}

	boolean retry(long job, String item) {
		return this.fenced.inTransaction(this.term, () -> this.jobs.retry(job, item, ATTEMPTS));
	}

	static Result result(long job, String item, int attempt, Result.Outcome outcome) {
		return result(job, item, attempt, outcome, null);
	}

	static Result result(long job, String item, int attempt, Result.Outcome outcome, byte @Nullable [] output) {
		@Nullable String reason = (outcome == Result.Outcome.DONE) ? null : "because";
		return new ResultMessage(Long.toString(job), item, attempt, outcome.name(), reason, "worker-1", 3L, output,
				null)
			.toResult();
	}

	@Override
	public void close() {
		this.pool.close();
	}

}
