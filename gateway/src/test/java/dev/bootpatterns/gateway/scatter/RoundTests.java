package dev.bootpatterns.gateway.scatter;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

import org.springframework.http.ProblemDetail;
import org.springframework.util.LinkedMultiValueMap;

import static org.assertj.core.api.Assertions.assertThat;

/** When a search is decided, of four shards. */
class RoundTests {

	private static final LeafOutcome ANSWER = new LeafOutcome.Answered(JsonNodeFactory.instance.objectNode(), "a");

	private static final LeafOutcome GONE = new LeafOutcome.Absent("unreachable");

	@Test
	void all_areWaitedFor_unlessTheClientSaidLess() {
		Round round = round(0, false, true);
		add(round, ANSWER, 0, 1, 2);
		round.leavesAreLate();
		assertThat(round.isDecided()).isFalse();
		add(round, GONE, 3);
		assertThat(round.isDecided()).isTrue();
		assertThat(round.isEnough()).isTrue();
		assertThat(round.coverage().missing()).containsExactly(new Coverage.Missing(3, "unreachable"));
	}

	@Test
	void enoughHaveAnswered_thoseThatAreLateAreNotWaitedFor_butThoseThatAreNotAre() {
		Round round = round(0.5, true, true);
		add(round, ANSWER, 0, 1);
		assertThat(round.isDecided()).isFalse();
		round.leavesAreLate();
		assertThat(round.isDecided()).isTrue();
		assertThat(round.coverage().missing()).containsExactly(new Coverage.Missing(2, "late"),
				new Coverage.Missing(3, "late"));
	}

	@Test
	void notEnough_isWaitedForThoughAllAreLate() {
		Round round = round(0.75, true, true);
		round.leavesAreLate();
		add(round, ANSWER, 0, 1);
		assertThat(round.isDecided()).isFalse();
		add(round, ANSWER, 3);
		assertThat(round.isDecided()).isTrue();
	}

	@Test
	void leafThatCannotBeDoneWithout_endsItAtOnce() {
		Round round = round(1, true, true);
		add(round, ANSWER, 0);
		add(round, GONE, 2);
		assertThat(round.isDecided()).isTrue();
		assertThat(round.isEnough()).isFalse();
		// By shard; and the client is told whose fault it was, not who was not waited
		// for.
		assertThat(round.coverage().missing()).containsExactly(new Coverage.Missing(1, "cancelled"),
				new Coverage.Missing(2, "unreachable"), new Coverage.Missing(3, "cancelled"));
		assertThat(round.shortage()).isEqualTo("shard 2 (unreachable) did not answer, and 4 of 4 shards must");
	}

	@Test
	void leafThatCanJustBeDoneWithout_endsNothing() {
		Round round = round(0.75, true, true);
		add(round, GONE, 2);
		assertThat(round.isDecided()).isFalse();
		add(round, ANSWER, 0, 1, 3);
		assertThat(round.isEnough()).isTrue();
	}

	@Test
	void timeIsOver_whoDidNotAnswerTimedOut() {
		Round round = round(0, false, true);
		add(round, ANSWER, 1);
		round.timeIsOver();
		assertThat(round.isDecided()).isTrue();
		assertThat(round.coverage().missing()).extracting(Coverage.Missing::reason)
			.containsExactly("timeout", "timeout", "timeout");
	}

	@Test
	void nothingAnswered_isNotEnough_whateverTheClientSaid() {
		Round round = round(0, true, true);
		add(round, GONE, 0, 1, 2, 3);
		assertThat(round.isDecided()).isTrue();
		assertThat(round.isEnough()).isFalse();
	}

	@Test
	void slotsThatMoved_endAllButTheLastRound() {
		Round first = round(0, false, false);
		add(first, new LeafOutcome.Moved(), 0);
		assertThat(first.isDecided()).isTrue();
		assertThat(first.isToBeRepeated()).isTrue();
		Round last = round(0, false, true);
		add(last, new LeafOutcome.Moved(), 0);
		assertThat(last.isDecided()).isFalse();
		assertThat(last.isToBeRepeated()).isFalse();
	}

	@Test
	void leafThatRefuses_endsIt() {
		Round round = round(0, false, true);
		ProblemDetail problem = ProblemDetail.forStatus(400);
		add(round, new LeafOutcome.Refused(problem), 2);
		assertThat(round.isDecided()).isTrue();
		assertThat(round.refusal()).isSameAs(problem);
	}

	private static Round round(double minCoverage, boolean early, boolean last) {
		ScatterRequest request = new ScatterRequest("search", "shards", "/search", new LinkedMultiValueMap<>(), 0,
				Duration.ofSeconds(1), minCoverage, early, null, false);
		return new Round(request, 1, Set.of(0, 1, 2, 3), new SumGatherer().begin(request.parameters()), last);
	}

	private static void add(Round round, LeafOutcome outcome, int... shards) {
		for (int shard : shards) {
			round.add(new LeafResult(shard, outcome, List.of(), 0));
		}
	}

}
