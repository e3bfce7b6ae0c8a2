package dev.bootpatterns.local.tour;

import java.io.IOException;

import dev.bootpatterns.local.tour.Outcome.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/** The steps that make leaves slow or failing, before leaves that are none. */
@Timeout(60)
class ScatterGatherStepTests {

	private static final String LEAVES = """
			{"timing": {"slowestShard": 0, "leaves": [{"shard": 0, "attempts": [{"replica": "a", "reason": "first", "outcome": "%s"},
			{"replica": "b", "reason": "hedge", "outcome": "%s"}]}, {"shard": 1, "attempts": []}]}}""";

	private static final String RESCUED = LEAVES.formatted("cancelled", "answered");

	@Test
	void stragglers_thatWereRescued_pass_andTheFaultIsGone() throws IOException {
		try (FakeLeaves leaves = new FakeLeaves(true, (exchange, faults) -> FakeLeaves.answer(exchange, 200,
				faults.isEmpty() ? LEAVES.formatted("answered", "cancelled") : RESCUED))) {
			Outcome outcome = new Stragglers().run(leaves.suite());
			assertThat(outcome.verdict()).as(outcome.measured()).isEqualTo(Verdict.PASSED);
			assertThat(outcome.measured()).contains("3 searches", "3 calls to shard-0-a", "decided 3");
			assertThat(leaves.calls()).containsExactly("GET shard-0-a", "POST shard-0-a", "DELETE shard-0-a");
		}
	}

	@Test
	void stragglers_thatWereNotHedged_fail() throws IOException {
		try (FakeLeaves leaves = new FakeLeaves(true,
				(exchange, faults) -> FakeLeaves.answer(exchange, 200, LEAVES.formatted("answered", "cancelled")))) {
			assertThat(new Stragglers().run(leaves.suite()).verdict()).isEqualTo(Verdict.FAILED);
			assertThat(leaves.faults()).isEmpty();
		}
	}

	@Test
	void partialAnswers_thatAreMarked_andStrictOnesThatFail_pass() throws IOException {
		try (FakeLeaves leaves = new FakeLeaves(true, (exchange, faults) -> {
			String fault = faults.getOrDefault("shard-1-b", "");
			if (fault.contains("delay") && "500".equals(exchange.getRequestHeaders().getFirst("X-Deadline-Ms"))) {
				FakeLeaves.answer(exchange, 200, RESCUED, "X-Coverage", "1/2", "Cache-Control", "no-store");
			}
			else if (fault.contains("abort") && "1".equals(exchange.getRequestHeaders().getFirst("X-Min-Coverage"))) {
				FakeLeaves.answer(exchange, 503, "{}");
			}
			else {
				FakeLeaves.answer(exchange, 200, RESCUED, "X-Coverage", "2/2");
			}
		})) {
			Outcome outcome = new PartialAnswers().run(leaves.suite());
			assertThat(outcome.verdict()).as(outcome.measured()).isEqualTo(Verdict.PASSED);
			assertThat(outcome.measured()).contains("coverage 1/2", "no-store", "strict: 503", "then 2/2");
			assertThat(leaves.faults()).isEmpty();
		}
	}

	/** Not marked, not refused, or never whole again. */
	@ParameterizedTest
	@ValueSource(strings = { "no-store", "503", "2/2" })
	void partialAnswers_withoutOneOfIt_fail(String missing) throws IOException {
		try (FakeLeaves leaves = new FakeLeaves(true, (exchange, faults) -> {
			String fault = faults.getOrDefault("shard-1-a", "");
			if (fault.contains("delay")) {
				FakeLeaves.answer(exchange, 200, RESCUED, "X-Coverage", "1/2", "Cache-Control",
						missing.equals("no-store") ? "public" : "no-store");
			}
			else if (fault.contains("abort")) {
				FakeLeaves.answer(exchange, missing.equals("503") ? 200 : 503, "{}");
			}
			else {
				FakeLeaves.answer(exchange, 200, RESCUED, "X-Coverage", missing.equals("2/2") ? "1/2" : "2/2");
			}
		})) {
			assertThat(new PartialAnswers().run(leaves.suite()).verdict()).isEqualTo(Verdict.FAILED);
			assertThat(leaves.faults()).isEmpty();
		}
	}

	@Test
	void searchThatIsNotAnswered_failsAndLeavesNoFault() throws IOException {
		try (FakeLeaves leaves = new FakeLeaves(true, (exchange, faults) -> {
			if (faults.isEmpty()) {
				FakeLeaves.answer(exchange, 200, RESCUED);
			}
			else {
				exchange.close();
			}
		})) {
			assertThatException().isThrownBy(() -> new Stragglers().run(leaves.suite()));
			assertThatException().isThrownBy(() -> new PartialAnswers().run(leaves.suite()));
			assertThat(leaves.calls()).contains("POST shard-0-a", "POST shard-1-b");
			assertThat(leaves.faults()).isEmpty();
		}
	}

	@Test
	void withoutFaults_bothAreSkipped() throws IOException {
		try (FakeLeaves leaves = new FakeLeaves(false,
				(exchange, faults) -> FakeLeaves.answer(exchange, 200, RESCUED))) {
			Outcome stragglers = new Stragglers().run(leaves.suite());
			assertThat(stragglers.verdict()).isEqualTo(Verdict.SKIPPED);
			assertThat(stragglers.measured()).contains("shard-0-a injects no faults");
			assertThat(new PartialAnswers().run(leaves.suite()).verdict()).isEqualTo(Verdict.SKIPPED);
		}
	}

	@Test
	void oneShard_hasNoPartialAnswers() throws IOException {
		try (FakeLeaves leaves = new FakeLeaves(true, (exchange, faults) -> FakeLeaves.answer(exchange, 200,
				"{\"timing\": {\"leaves\": [{\"shard\": 0}]}}"))) {
			assertThat(new PartialAnswers().run(leaves.suite()).verdict()).isEqualTo(Verdict.SKIPPED);
			assertThat(leaves.calls()).isEmpty();
		}
	}

}
