package dev.bootpatterns.owner.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** One rule for each transition of an item and of a job, on a real PostgreSQL. */
class ItemTransitionsTests {

	private static final String ITEM = "a/b.txt";

	private static final JobsOnDatabase DATABASE = new JobsOnDatabase();

	private double late;

	private double unknown;

	private long job;

	@AfterAll
	static void close() {
		DATABASE.close();
	}

	@BeforeEach
	void create() {
		this.job = DATABASE.job();
		DATABASE.list(this.job, ITEM);
		this.late = count("late");
		this.unknown = count("unknown");
	}

	@Test
	void pending_isDue_andConfirmed_isQueued_withItsAttempt() {
		publish();
		assertItem(ItemState.QUEUED, 1);
		assertThat(due()).isEmpty();
	}

	@Test
	void pending_notTakenByTheBroker_staysPending_andIsDueLater() {
		DATABASE.transitions.published(DATABASE.term, List.of(), due(), Duration.ofSeconds(5));
		assertItem(ItemState.PENDING, 0);
		assertThat(due()).isEmpty();
	}

	@Test
	void listedAgain_staysWhatItIs() {
		publish();
		DATABASE.list(this.job, ITEM, "new");
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
	void interrupted_afterAWorkerHadBegun_isAFailedAttempt_soThatOneWhichKillsItsWorkersIsDead() {
		for (int attempt = 1; attempt <= JobsOnDatabase.ATTEMPTS; attempt++) {
			letTimePass();
			publish();
			apply(attempt, Result.Outcome.STARTED);
			apply(attempt, Result.Outcome.INTERRUPTED);
			assertItem((attempt < JobsOnDatabase.ATTEMPTS) ? ItemState.RETRY : ItemState.DEAD, attempt);
		}
		assertThat(item().reason()).isEqualTo("because");
	}

	@Test
	void interrupted_inTheBatchThatSaysThatItBegan_isAFailedAttempt() {
		publish();
		DATABASE.transitions.apply(DATABASE.term,
				List.of(JobsOnDatabase.result(this.job, ITEM, 1, Result.Outcome.STARTED),
						JobsOnDatabase.result(this.job, ITEM, 1, Result.Outcome.INTERRUPTED)));
		assertItem(ItemState.RETRY, 1);
		assertThat(due()).as("after a backoff").isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "QUEUED", "PENDING" })
	void interrupted_beforeAWorkerHadBegun_isDueAtOnce_howeverOften_andCostsNoAttempt(ItemState from) {
		bring(from);
		for (int attempt = 1; attempt <= 4; attempt++) {
			apply(attempt, Result.Outcome.INTERRUPTED);
			assertItem(ItemState.RETRY, attempt);
			publish();
		}
		apply(5, Result.Outcome.FAILED);
		assertItem(ItemState.RETRY, 5);
	}

	@Test
	void returned_byAWorkerThatStops_costsNoAttempt() {
		for (int attempt = 1; attempt <= 4; attempt++) {
			letTimePass();
			publish();
			apply(attempt, Result.Outcome.STARTED);
			apply(attempt, Result.Outcome.RETURNED);
			assertItem(ItemState.RETRY, attempt);
		}
	}

	@Test
	void doneAfterAll_ofAnAttemptThatWasInterrupted_counts() {
		bring(ItemState.RUNNING);
		apply(1, Result.Outcome.INTERRUPTED);
		apply(1, Result.Outcome.DONE);
		assertItem(ItemState.DONE, 1);
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
	@EnumSource(names = "DONE", mode = EnumSource.Mode.EXCLUDE)
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
	void done_keepsItsOutput_andALaterOneChangesNothing() {
		publish();
		apply(JobsOnDatabase.result(this.job, ITEM, 1, Result.Outcome.DONE, new byte[] { 0, -1, 'a' }));
		assertThat(item().outputBytes()).isEqualTo(3);
		assertThat(DATABASE.jobs.output(this.job, ITEM)).hasValueSatisfying(ItemTransitionsTests::isTheFirst);
		apply(JobsOnDatabase.result(this.job, ITEM, 2, Result.Outcome.DONE, new byte[] { 'b' }));
		assertThat(DATABASE.jobs.output(this.job, ITEM)).hasValueSatisfying(ItemTransitionsTests::isTheFirst);
	}

	private static void isTheFirst(byte[] output) {
		assertThat(output).containsExactly(0, -1, 'a');
	}

	@Test
	void done_withoutOutput_hasNone_andWithAnEmptyOne_hasThat() {
		DATABASE.list(this.job, "empty");
		apply(JobsOnDatabase.result(this.job, ITEM, 1, Result.Outcome.DONE, null),
				JobsOnDatabase.result(this.job, "empty", 1, Result.Outcome.DONE, new byte[0]));
		assertThat(DATABASE.jobs.output(this.job, ITEM)).isEmpty();
		assertThat(DATABASE.jobs.output(this.job, "empty"))
			.hasValueSatisfying((output) -> assertThat(output).isEmpty());
		assertThat(DATABASE.jobs.items(this.job, null, "", 2)).extracting(JobStore.Item::outputBytes)
			.containsExactly(null, 0);
	}

	@ParameterizedTest
	@EnumSource(names = { "FAILED", "STALE", "REJECTED", "STARTED" })
	void outputOfWhatIsNotDone_isNotKept(Result.Outcome outcome) {
		publish();
		apply(JobsOnDatabase.result(this.job, ITEM, 1, outcome, new byte[] { 'a' }));
		assertThat(DATABASE.jobs.output(this.job, ITEM)).isEmpty();
	}

	@Test
	void confirmThatComesAfterTheResult_doesNotUndoIt() {
		List<DueItem> published = due();
		apply(1, Result.Outcome.DONE);
		DATABASE.transitions.published(DATABASE.term, published, List.of(), Duration.ofSeconds(1));
		assertItem(ItemState.DONE, 1);
	}

	@Test
	void resultOfAnUnknownItem_isCounted_andDropped() {
		DATABASE.transitions.apply(DATABASE.term,
				List.of(JobsOnDatabase.result(this.job, "unknown", 1, Result.Outcome.DONE),
						JobsOnDatabase.result(1L << 40, ITEM, 1, Result.Outcome.DONE)));
		assertItem(ItemState.PENDING, 0);
		assertThat(dropped("unknown")).isEqualTo(2);
	}

	@Test
	void manyResultsOfOneItem_inOneBatch_areOneOutcome() {
		publish();
		double done = DATABASE.meters.counter("owner.items", "to", "DONE").count();
		DATABASE.transitions.apply(DATABASE.term,
				List.of(JobsOnDatabase.result(this.job, ITEM, 1, Result.Outcome.DONE),
						JobsOnDatabase.result(this.job, ITEM, 1, Result.Outcome.STARTED),
						JobsOnDatabase.result(this.job, ITEM, 1, Result.Outcome.DONE)));
		assertItem(ItemState.DONE, 1);
		assertThat(DATABASE.meters.counter("owner.items", "to", "DONE").count() - done).isEqualTo(1);
		assertThat(dropped("late")).isEqualTo(1);
	}

	@Test
	void runningWithoutNews_isTriedAgain() {
		bring(ItemState.RUNNING);
		assertThat(DATABASE.transitions.overdue(DATABASE.term, false, 10)).isZero();
		letTimePass();
		assertThat(DATABASE.transitions.overdue(DATABASE.term, false, 10)).isEqualTo(1);
		assertItem(ItemState.RETRY, 1);
		assertThat(item().reason()).contains("no news");
	}

	@Test
	void runningOfWhichIsHeardAgain_isNotOverdue_andBeganWhenItBegan() {
		bring(ItemState.RUNNING);
		Instant began = item().startedAt();
		letTimePass();
		apply(1, Result.Outcome.STARTED);
		assertThat(DATABASE.transitions.overdue(DATABASE.term, false, 10)).isZero();
		assertThat(item().startedAt()).isEqualTo(began);
		assertItem(ItemState.RUNNING, 1);
	}

	@Test
	void queuedWithoutNews_waits_whileTheQueueIsNotEmpty() {
		publish();
		letTimePass();
		assertThat(DATABASE.transitions.overdue(DATABASE.term, false, 10)).isZero();
		assertItem(ItemState.QUEUED, 1);
		assertThat(DATABASE.transitions.overdue(DATABASE.term, true, 10)).isEqualTo(1);
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
		DATABASE.transitions.overdue(DATABASE.term, false, 10);
		assertItem(ItemState.DEAD, 3);
	}

	@Test
	void job_isDone_onlyWhenEveryItemHasEnded() {
		DATABASE.listed(this.job);
		publish();
		assertThat(DATABASE.finish(this.job)).isFalse();
		apply(1, Result.Outcome.DONE);
		assertThat(DATABASE.finish(this.job)).isTrue();
		assertThat(job().state()).isEqualTo(JobState.DONE);
		assertThat(job().done()).isEqualTo(1);
	}

	@Test
	void deadItem_putBack_isPending_withFreshAttempts_andItsJobGoesOn() {
		DATABASE.listed(this.job);
		publish();
		apply(1, Result.Outcome.REJECTED);
		DATABASE.finish(this.job);
		assertThat(DATABASE.retry(this.job, ITEM)).isTrue();
		assertItem(ItemState.PENDING, 1);
		assertThat(job().state()).isEqualTo(JobState.RUNNING);
		apply(1, Result.Outcome.REJECTED);
		assertItem(ItemState.PENDING, 1);
		publish();
		assertItem(ItemState.QUEUED, 2);
	}

	@Test
	void itemThatIsNotDead_isNotPutBack() {
		assertThat(DATABASE.retry(this.job, ITEM)).isFalse();
	}

	@Test
	void jobThatFails_leavesNoItemDue() {
		DATABASE.fenced.inTransaction(DATABASE.term, () -> {
			DATABASE.jobs.failed(this.job, "the corpus is gone");
			return true;
		});
		assertItem(ItemState.DEAD, 0);
		assertThat(due()).isEmpty();
		assertThat(job().reason()).isEqualTo("the corpus is gone");
	}

	@Test
	void failedJob_isNotListedAfterwards() {
		DATABASE.jobs.failed(this.job, "gone");
		DATABASE.listed(this.job);
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
		assertThat(DATABASE.publish(this.job)).hasSize(1);
	}

	private List<DueItem> due() {
		return DATABASE.due(this.job);
	}

	private void apply(int attempt, Result.Outcome outcome) {
		DATABASE.apply(this.job, ITEM, attempt, outcome);
	}

	private void apply(Result... results) {
		DATABASE.transitions.apply(DATABASE.term, List.of(results));
	}

	/** As if the item's time had come; only for this test's item. */
	private void letTimePass() {
		DATABASE.jdbc.sql("update owner.item set due_at = clock_timestamp() - interval '1 s' where job = :job")
			.param("job", this.job)
			.update();
	}

	private double secondsUntilDue() {
		return DATABASE.jdbc
			.sql("select extract(epoch from due_at - clock_timestamp()) from owner.item where job = :job")
			.param("job", this.job)
			.query((row, number) -> row.getDouble(1))
			.single();
	}

	private double dropped(String reason) {
		return count(reason) - (reason.equals("late") ? this.late : this.unknown);
	}

	private static double count(String reason) {
		return DATABASE.meters.counter("owner.results.dropped", "reason", reason).count();
	}

	private JobStore.Item item() {
		return DATABASE.jobs.items(this.job, null, "", 1).getFirst();
	}

	private Job job() {
		return DATABASE.jobs.find(this.job).orElseThrow();
	}

	private void assertItem(ItemState state, int attempt) {
		assertThat(item().state()).isEqualTo(state);
		assertThat(item().attempt()).isEqualTo(attempt);
	}

}
