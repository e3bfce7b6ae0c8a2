package dev.bootpatterns.owner.scaling;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Arithmetic on known numbers. */
class PlanTests {

	private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

	private static final List<Workers.Worker> TWO = List.of(new Workers.Worker("a", 4), new Workers.Worker("b", 2));

	@Test
	void busySlots_areLittlesLaw() {
		Plan plan = Plan.of(job(100, 1, 100, 2, 500, 1.5, TWO), null);
		assertThat(plan.busySlots()).as("2 a second, of 1.5 × 500 ms").isEqualTo(1.5);
		assertThat(plan.slots()).isEqualTo(6);
		assertThat(plan.utilization()).isEqualTo(0.25);
		assertThat(plan.predictedFinish()).as("100 items, 2 a second").isEqualTo(NOW.plusSeconds(50));
		assertThat(plan.slotsNeeded()).isNull();
		assertThat(plan.reasons()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "100, 1000, 10, 10, 4, 10", "101, 1000, 10, 11, 4, 10", "10, 1000, 1, 10, 4, 1",
			"10, 4000, 6, 10, 4, 4", "1, 1000, 60, 1, 1, 1", "0, 1000, 60, 0, 0, 0" })
	void slotsNeeded_doTheBacklogInTime_eachOneItemAfterTheOther(long backlog, double meanMs, long seconds, long slots,
			long workers, long finish) {
		Plan plan = Plan.of(job(backlog, Math.min(1, backlog), backlog, 0, meanMs, 1, TWO), NOW.plusSeconds(seconds));
		assertThat(plan.slotsNeeded()).isEqualTo(slots);
		assertThat(plan.workersNeeded()).isEqualTo(workers);
		assertThat(plan.predictedFinishWithNeeded()).isEqualTo((slots > 0) ? NOW.plusSeconds(finish) : null);
	}

	@Test
	void orderedJob_isNotQuickerThanItsLongestOrder() {
		Measured job = job(100, 40, 5, 10, 1000, 1, TWO);
		Plan late = Plan.of(job, NOW.plusSeconds(39));
		assertThat(late.slotsNeeded()).isNull();
		assertThat(late.reasons())
			.containsExactly("no number of workers is enough: the 40 items that wait for one another take 40 s");
		assertThat(Plan.wanted(job, NOW.plusSeconds(39))).as("as many as help").isEqualTo(5);
		Plan plan = Plan.of(job, NOW.plusSeconds(50));
		assertThat(plan.slotsNeeded()).isEqualTo(2);
		assertThat(Plan.of(job, NOW.plusSeconds(40)).slotsNeeded()).isEqualTo(3);
		assertThat(plan.predictedFinish()).as("not after 10 s").isEqualTo(NOW.plusSeconds(40));
	}

	@Test
	void jobOfWhichNothingIsMeasured_isNotPredicted_andSaysWhy() {
		Plan plan = Plan.of(new Measured(7, "LISTING", NOW, null, null, 5, 1, 5, 0, 0, 0, 0, 0, 0, List.of()),
				NOW.plus(Duration.ofHours(1)));
		assertThat(plan.serviceTime()).isNull();
		assertThat(plan.predictedFinish()).isNull();
		assertThat(plan.slotsNeeded()).isNull();
		assertThat(plan.reasons()).containsExactly("the job is LISTING: what is not listed yet is not in the backlog",
				"no item of the job has ended yet: nothing is measured");
	}

	@Test
	void withoutWorkers_theSlotsAreKnown_butNotTheWorkers() {
		Plan plan = Plan.of(job(10, 1, 10, 0, 1000, 1, List.of()), NOW.plusSeconds(5));
		assertThat(plan.slotsNeeded()).isEqualTo(2);
		assertThat(plan.workersNeeded()).isNull();
		assertThat(plan.predictedFinish()).isNull();
		assertThat(plan.reasons()).containsExactly("no worker has reported in the last minute");
	}

	@Test
	void jobThatIsOver_needsNothing() {
		Plan plan = Plan.of(new Measured(7, "DONE", NOW, NOW.minusSeconds(9), null, 0, 0, 0, 0, 1, 5, 10, 10, 1, TWO),
				NOW.plusSeconds(1));
		assertThat(plan.predictedFinish()).isEqualTo(NOW.minusSeconds(9));
		assertThat(plan.slotsNeeded()).isNull();
		assertThat(plan.reasons()).containsExactly("the job is DONE");
	}

	private static Measured job(long backlog, long longest, long parallel, double ended, double meanMs, double attempts,
			List<Workers.Worker> workers) {
		@Nullable Instant never = null;
		return new Measured(7, "RUNNING", NOW, never, never, backlog, longest, parallel, 0, ended, 10, meanMs, meanMs,
				attempts, workers);
	}

}
