package dev.bootpatterns.owner.jobs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import dev.bootpatterns.owner.election.FencedOperations;
import dev.bootpatterns.owner.election.FencedOperationsAccess;
import dev.bootpatterns.owner.election.Term;
import dev.bootpatterns.owner.sources.SourceItem;
import dev.bootpatterns.owner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/** One rule for each transition of an item and of a job, on a real PostgreSQL. */
class ItemTransitionsTests {

	private static final int ATTEMPTS = 3;

	private static final String ITEM = "a/b.txt";

	private static final HikariDataSource POOL = TestDatabase.migrated().pool();

	private static final JdbcClient JDBC = JdbcClient.create(POOL);

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final FencedOperations fenced = FencedOperationsAccess.on(POOL, this.meters);

	private final Term term = FencedOperationsAccess.granted(POOL);

	private final ItemStore items = new ItemStore(new JdbcTemplate(POOL), properties());

	private final JobStore jobs = new JobStore(JDBC, JsonMapper.builder().build());

	private final ItemTransitions transitions = new ItemTransitions(this.items, this.fenced, this.meters);

	private long job;

	private static JobsProperties properties() {
		return new JobsProperties(Duration.ofMillis(100), 10, DataSize.ofMegabytes(1), 10, DataSize.ofMegabytes(1),
				Duration.ofSeconds(1), Duration.ofSeconds(60), ATTEMPTS, Duration.ofSeconds(10), Duration.ofSeconds(15),
				1);
	}

	@AfterAll
	static void close() {
		POOL.close();
	}

	@BeforeEach
	void create() {
		this.job = this.jobs.create("corpus", "ingest", Map.of());
		this.items.add(this.job, List.of(new SourceItem(ITEM, 5)));
	}

	@Test
	void pending_isDue_andConfirmed_isQueued_withItsAttempt() {
		publish();
		assertItem(ItemState.QUEUED, 1);
		assertThat(due()).isEmpty();
	}

	@Test
	void pending_notTakenByTheBroker_staysPending_andIsDueLater() {
		this.transitions.published(this.term, List.of(), due(), Duration.ofSeconds(5));
		assertItem(ItemState.PENDING, 0);
		assertThat(due()).isEmpty();
	}

	@Test
	void listedAgain_staysWhatItIs() {
		publish();
		this.items.add(this.job, List.of(new SourceItem(ITEM, 5), new SourceItem("new", 1)));
		assertItem(ItemState.QUEUED, 1);
		assertThat(due()).extracting((item) -> item.key().item()).containsExactly("new");
	}

	@Test
	void queued_started_isRunning() {
		publish();
		apply(1, Result.Outcome.STARTED);
		assertItem(ItemState.RUNNING, 1);
	}

	@ParameterizedTest
	@EnumSource(names = { "QUEUED", "RUNNING", "PENDING", "RETRY" })
	void done_isDone_fromEveryStateUnderWay(ItemState from) {
		bring(from);
		apply(1, Result.Outcome.DONE);
		assertItem(ItemState.DONE, (from == ItemState.PENDING) ? 1 : item().attempt());
	}

	@ParameterizedTest
	@EnumSource(names = { "QUEUED", "RUNNING", "PENDING" })
	void failed_isToBeTriedAgain_afterABackoff(ItemState from) {
		bring(from);
		apply(1, Result.Outcome.FAILED);
		assertItem(ItemState.RETRY, 1);
		assertThat(item().reason()).isEqualTo("because");
		assertThat(due()).isEmpty();
		assertThat(secondsUntilDue()).isBetween(4.0, 10.0);
	}

	@Test
	void stale_isToBeTriedAgain_howeverOften_andCostsNoAttempt() {
		for (int attempt = 1; attempt <= 3; attempt++) {
			publish();
			apply(attempt, Result.Outcome.STALE);
			assertItem(ItemState.RETRY, attempt);
			assertThat(item().reason()).isEqualTo("because");
			assertThat(due()).isEmpty();
			letTimePass();
		}
		publish();
		apply(4, Result.Outcome.FAILED);
		assertItem(ItemState.RETRY, 4);
		fail(5);
		fail(6);
		assertItem(ItemState.DEAD, 6);
	}

	@Test
	void retry_thatIsDue_isQueuedAgain_asTheNextAttempt() {
		bring(ItemState.RETRY);
		letTimePass();
		publish();
		assertItem(ItemState.QUEUED, 2);
	}

	@Test
	void backoff_doubles_upToItsBound() {
		fail(1);
		fail(2);
		assertThat(secondsUntilDue()).isBetween(7.0, 15.0);
	}

	@Test
	void lastFailure_isDead_withItsReason() {
		fail(1);
		fail(2);
		fail(3);
		assertItem(ItemState.DEAD, 3);
		assertThat(item().reason()).isEqualTo("because");
	}

	@ParameterizedTest
	@EnumSource(names = { "QUEUED", "RUNNING", "PENDING" })
	void rejected_isDead_atOnce(ItemState from) {
		bring(from);
		apply(1, Result.Outcome.REJECTED);
		assertItem(ItemState.DEAD, 1);
	}

	@ParameterizedTest
	@EnumSource(Result.Outcome.class)
	void done_staysDone_whateverComesLater(Result.Outcome late) {
		publish();
		apply(1, Result.Outcome.DONE);
		apply(7, late);
		assertItem(ItemState.DONE, 1);
	}

	@ParameterizedTest
	@EnumSource(Result.Outcome.class)
	void dead_staysDead_whateverComesLater(Result.Outcome late) {
		publish();
		apply(1, Result.Outcome.REJECTED);
		apply(1, late);
		assertItem(ItemState.DEAD, 1);
	}

	@ParameterizedTest
	@EnumSource(names = { "STARTED", "FAILED", "STALE", "REJECTED" })
	void newsOfAnEarlierAttempt_doesNotCount(Result.Outcome late) {
		bring(ItemState.RETRY);
		letTimePass();
		publish();
		apply(1, late);
		assertItem(ItemState.QUEUED, 2);
	}

	@Test
	void doneOfAnEarlierAttempt_counts_becauseTheEffectHappened() {
		bring(ItemState.RETRY);
		letTimePass();
		publish();
		apply(1, Result.Outcome.DONE);
		assertItem(ItemState.DONE, 2);
	}

	@Test
	void repeatedFailure_isAppliedOnce() {
		publish();
		apply(1, Result.Outcome.FAILED);
		double before = secondsUntilDue();
		apply(1, Result.Outcome.FAILED);
		assertItem(ItemState.RETRY, 1);
		assertThat(secondsUntilDue()).isLessThanOrEqualTo(before);
		assertThat(dropped("late")).isEqualTo(1);
	}

	@Test
	void confirmThatComesAfterTheResult_doesNotUndoIt() {
		List<DueItem> published = due();
		apply(1, Result.Outcome.DONE);
		this.transitions.published(this.term, published, List.of(), Duration.ofSeconds(1));
		assertItem(ItemState.DONE, 1);
	}

	@Test
	void resultOfAnUnknownItem_isCounted_andDropped() {
		this.transitions.apply(this.term, List.of(result(this.job, "unknown", 1, Result.Outcome.DONE),
				result(1L << 40, ITEM, 1, Result.Outcome.DONE)));
		assertItem(ItemState.PENDING, 0);
		assertThat(dropped("unknown")).isEqualTo(2);
	}

	@Test
	void manyResultsOfOneItem_inOneBatch_areOneOutcome() {
		publish();
		this.transitions.apply(this.term, List.of(result(this.job, ITEM, 1, Result.Outcome.DONE),
				result(this.job, ITEM, 1, Result.Outcome.STARTED), result(this.job, ITEM, 1, Result.Outcome.DONE)));
		assertItem(ItemState.DONE, 1);
		assertThat(this.meters.counter("owner.items", "to", "DONE").count()).isEqualTo(1);
		assertThat(dropped("late")).isEqualTo(1);
	}

	@Test
	void runningWithoutNews_isTriedAgain() {
		bring(ItemState.RUNNING);
		assertThat(this.transitions.overdue(this.term, false, 10)).isZero();
		letTimePass();
		assertThat(this.transitions.overdue(this.term, false, 10)).isEqualTo(1);
		assertItem(ItemState.RETRY, 1);
		assertThat(item().reason()).contains("no news");
	}

	@Test
	void queuedWithoutNews_waits_whileTheQueueIsNotEmpty() {
		publish();
		letTimePass();
		assertThat(this.transitions.overdue(this.term, false, 10)).isZero();
		assertItem(ItemState.QUEUED, 1);
		assertThat(this.transitions.overdue(this.term, true, 10)).isEqualTo(1);
		assertItem(ItemState.RETRY, 1);
	}

	@Test
	void lastAttemptWithoutNews_isDead() {
		fail(1);
		fail(2);
		letTimePass();
		publish();
		apply(3, Result.Outcome.STARTED);
		letTimePass();
		this.transitions.overdue(this.term, false, 10);
		assertItem(ItemState.DEAD, 3);
	}

	@Test
	void job_isDone_onlyWhenEveryItemHasEnded() {
		this.jobs.listed(this.job, Map.of());
		publish();
		assertThat(this.fenced.inTransaction(this.term, () -> this.jobs.finish(this.job))).isFalse();
		apply(1, Result.Outcome.DONE);
		assertThat(this.fenced.inTransaction(this.term, () -> this.jobs.finish(this.job))).isTrue();
		assertThat(job().state()).isEqualTo(JobState.DONE);
		assertThat(job().done()).isEqualTo(1);
	}

	@Test
	void deadItem_putBack_isPending_withFreshAttempts_andItsJobGoesOn() {
		this.jobs.listed(this.job, Map.of());
		publish();
		apply(1, Result.Outcome.REJECTED);
		this.fenced.inTransaction(this.term, () -> this.jobs.finish(this.job));
		assertThat(this.fenced.inTransaction(this.term, () -> this.jobs.retry(this.job, ITEM, ATTEMPTS))).isTrue();
		assertItem(ItemState.PENDING, 1);
		assertThat(job().state()).isEqualTo(JobState.RUNNING);
		apply(1, Result.Outcome.REJECTED);
		assertItem(ItemState.PENDING, 1);
		publish();
		assertItem(ItemState.QUEUED, 2);
	}

	@Test
	void itemThatIsNotDead_isNotPutBack() {
		assertThat(this.fenced.inTransaction(this.term, () -> this.jobs.retry(this.job, ITEM, ATTEMPTS))).isFalse();
	}

	@Test
	void jobThatFails_leavesNoItemDue() {
		this.fenced.inTransaction(this.term, () -> {
			this.jobs.failed(this.job, "the corpus is gone");
			return true;
		});
		assertItem(ItemState.DEAD, 0);
		assertThat(due()).isEmpty();
		assertThat(job().reason()).isEqualTo("the corpus is gone");
	}

	@Test
	void failedJob_isNotListedAfterwards() {
		this.jobs.failed(this.job, "gone");
		this.jobs.listed(this.job, Map.of());
		assertThat(job().state()).isEqualTo(JobState.FAILED);
	}

	private void bring(ItemState state) {
		if (state != ItemState.PENDING) {
			publish();
		}
		if (state == ItemState.RUNNING) {
			apply(1, Result.Outcome.STARTED);
		}
		if (state == ItemState.RETRY) {
			apply(1, Result.Outcome.FAILED);
		}
		assertThat(item().state()).isEqualTo(state);
	}

	private void fail(int attempt) {
		letTimePass();
		publish();
		apply(attempt, Result.Outcome.FAILED);
	}

	private void publish() {
		List<DueItem> due = due();
		assertThat(due).hasSize(1);
		this.transitions.published(this.term, due, List.of(), Duration.ofSeconds(1));
	}

	private List<DueItem> due() {
		return this.items.due(10_000).stream().filter((item) -> item.key().job() == this.job).toList();
	}

	private void apply(int attempt, Result.Outcome outcome) {
		this.transitions.apply(this.term, new ArrayList<>(List.of(result(this.job, ITEM, attempt, outcome))));
	}

	private static Result result(long job, String item, int attempt, Result.Outcome outcome) {
		@Nullable String reason = (outcome == Result.Outcome.DONE) ? null : "because";
		return new Result(new ItemKey(job, item), attempt, outcome, reason, "worker-1", 3L);
	}

	/** As if the item's time had come; only for this test's item. */
	private void letTimePass() {
		JDBC.sql("update owner.item set due_at = clock_timestamp() - interval '1 s' where job = :job")
			.param("job", this.job)
			.update();
	}

	private double secondsUntilDue() {
		return JDBC.sql("select extract(epoch from due_at - clock_timestamp()) from owner.item where job = :job")
			.param("job", this.job)
			.query((row, number) -> row.getDouble(1))
			.single();
	}

	private double dropped(String reason) {
		return this.meters.counter("owner.results.dropped", "reason", reason).count();
	}

	private JobStore.Item item() {
		return this.jobs.items(this.job, null, "", 1).getFirst();
	}

	private Job job() {
		return this.jobs.find(this.job).orElseThrow();
	}

	private void assertItem(ItemState state, int attempt) {
		assertThat(item().state()).isEqualTo(state);
		assertThat(item().attempt()).isEqualTo(attempt);
	}

}
