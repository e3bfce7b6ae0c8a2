package dev.bootpatterns.owner.jobs;

import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is enqueued when: one after the other within a key, and the jobs among each other.
 */
class OrderedItemsTests {

	private static final JobsOnDatabase DATABASE = new JobsOnDatabase();

	private static final OrderBy FOLDER = OrderBy.of("folder").orElseThrow();

	@AfterAll
	static void close() {
		DATABASE.close();
	}

	@Test
	void firstOfEachKey_isDue_inTheOrderOfTheList_notOfTheIds() {
		long job = DATABASE.job(JobRequest.NORMAL, FOLDER);
		DATABASE.list(job, "a/2", "b/1", "a/1", "b/2");
		assertThat(DATABASE.publish(job)).containsExactly("a/2", "b/1");
		assertThat(DATABASE.publish(job)).isEmpty();
		DATABASE.apply(job, "a/2", 1, Result.Outcome.DONE);
		assertThat(DATABASE.publish(job)).containsExactly("a/1");
		DATABASE.apply(job, "b/1", 1, Result.Outcome.DONE);
		assertThat(DATABASE.publish(job)).containsExactly("b/2");
	}

	@ParameterizedTest
	@EnumSource(names = { "STARTED", "FAILED", "STALE" })
	void oneThatHasNotEnded_holdsTheNextUp(Result.Outcome outcome) {
		long job = DATABASE.job(JobRequest.NORMAL, FOLDER);
		DATABASE.list(job, "a/1", "a/2");
		DATABASE.publish(job);
		DATABASE.apply(job, "a/1", 1, outcome);
		assertThat(DATABASE.due(job)).isEmpty();
		DATABASE.apply(job, "a/1", 2, Result.Outcome.DONE);
		assertThat(DATABASE.publish(job)).containsExactly("a/2");
	}

	@Test
	void deadOne_letsTheNextFollow() {
		long job = DATABASE.job(JobRequest.NORMAL, FOLDER);
		DATABASE.list(job, "a/1", "a/2");
		DATABASE.publish(job);
		DATABASE.apply(job, "a/1", 1, Result.Outcome.REJECTED);
		assertThat(DATABASE.publish(job)).containsExactly("a/2");
	}

	@Test
	void oneWithoutNews_thatIsDead_letsTheNextFollow() {
		long job = DATABASE.job(JobRequest.NORMAL, FOLDER);
		DATABASE.list(job, "a/1", "a/2");
		DATABASE.publish(job);
		DATABASE.jdbc
			.sql("update owner.item set attempt = attempt_limit, due_at = clock_timestamp() where job = ? and id = ?")
			.params(job, "a/1")
			.update();
		DATABASE.transitions.overdue(DATABASE.term, true, 10);
		assertThat(DATABASE.publish(job)).containsExactly("a/2");
	}

	@Test
	void listedLater_isDueAtOnce_onlyIfNoneBeforeItIsOpen() {
		long job = DATABASE.job(JobRequest.NORMAL, FOLDER);
		DATABASE.list(job, "a/1");
		DATABASE.publish(job);
		DATABASE.list(job, "a/1", "a/2");
		assertThat(DATABASE.due(job)).isEmpty();
		DATABASE.apply(job, "a/1", 1, Result.Outcome.DONE);
		assertThat(DATABASE.publish(job)).containsExactly("a/2");
		DATABASE.apply(job, "a/2", 1, Result.Outcome.DONE);
		DATABASE.list(job, "a/3");
		assertThat(DATABASE.publish(job)).containsExactly("a/3");
	}

	@Test
	void oneThatWaitsToBeTriedAgain_goesOnWaiting_whenOthersOfItsKeyAreListed() {
		long job = DATABASE.job(JobRequest.NORMAL, FOLDER);
		DATABASE.list(job, "a/1");
		DATABASE.publish(job);
		DATABASE.apply(job, "a/1", 1, Result.Outcome.FAILED);
		DATABASE.list(job, "a/2");
		assertThat(DATABASE.due(job)).isEmpty();
	}

	@Test
	void oneThatIsPutBack_doesNotLetAnotherFollow_beforeTheOneUnderWay() {
		long job = DATABASE.job(JobRequest.NORMAL, FOLDER);
		DATABASE.list(job, "a/1", "a/2", "a/3");
		DATABASE.publish(job);
		DATABASE.apply(job, "a/1", 1, Result.Outcome.REJECTED);
		DATABASE.publish(job);
		DATABASE.retry(job, "a/1");
		assertThat(DATABASE.publish(job)).containsExactly("a/1");
		DATABASE.apply(job, "a/1", 2, Result.Outcome.DONE);
		assertThat(DATABASE.due(job)).as("a/2 is under way").isEmpty();
		DATABASE.apply(job, "a/2", 1, Result.Outcome.DONE);
		assertThat(DATABASE.publish(job)).containsExactly("a/3");
	}

	@Test
	void idWithoutTheSegment_waitsForNone() {
		long job = DATABASE.job(JobRequest.NORMAL, OrderBy.of("segment:2").orElseThrow());
		DATABASE.list(job, "x", "y", "a/1", "b/1");
		assertThat(DATABASE.publish(job)).containsExactlyInAnyOrder("x", "y", "a/1");
	}

	@Test
	void sameKey_inAnotherJob_isAnotherOrder() {
		long job = DATABASE.job(JobRequest.NORMAL, FOLDER);
		long other = DATABASE.job(JobRequest.NORMAL, FOLDER);
		DATABASE.list(job, "a/1");
		DATABASE.list(other, "a/1");
		assertThat(DATABASE.publish(job)).containsExactly("a/1");
		assertThat(DATABASE.publish(other)).containsExactly("a/1");
	}

	@Test
	void mostUrgentJob_comesFirst_andJobsOfOnePriorityTakeTurns() {
		long large = DATABASE.job(3, null);
		long small = DATABASE.job(3, null);
		long urgent = DATABASE.job(9, null);
		DATABASE.list(large, "l1", "l2", "l3");
		DATABASE.list(small, "s1");
		DATABASE.list(urgent, "u1", "u2");
		List<Long> jobs = List.of(large, small, urgent);
		assertThat(DATABASE.items.due(10_000).stream().filter((item) -> jobs.contains(item.key().job())))
			.extracting((item) -> item.key().item())
			.containsExactly("u1", "u2", "l1", "s1", "l2", "l3");
		assertThat(DATABASE.items.due(1)).extracting((item) -> item.key().item()).containsExactly("u1");
		jobs.forEach(DATABASE::publish);
	}

}
