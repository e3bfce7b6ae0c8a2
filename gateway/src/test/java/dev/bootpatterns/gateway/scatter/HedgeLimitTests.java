package dev.bootpatterns.gateway.scatter;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HedgeLimitTests {

	private final HedgeLimit limit = new HedgeLimit(0.05);

	@Test
	void withFewCalls_twoHedgesAreOnTheirWayAtMost() {
		begin(3);
		assertThat(hedges(3)).isEqualTo(2);
	}

	@Test
	void withManyCalls_theirShareIs() {
		begin(100);
		assertThat(hedges(100)).isEqualTo(5);
	}

	@Test
	void endOfTheCall_makesRoomForAsManyAsItHad() {
		begin(3);
		hedges(2);
		this.limit.ended(0);
		assertThat(hedges(1)).isZero();
		this.limit.ended(1);
		assertThat(hedges(2)).isEqualTo(1);
	}

	@Test
	void endedCalls_countNoMore() {
		begin(100);
		IntStream.range(0, 40).forEach((call) -> this.limit.ended(0));
		assertThat(hedges(100)).isEqualTo(3);
	}

	@Test
	void hedgeThatWasNotMade_makesRoom() {
		begin(3);
		hedges(2);
		this.limit.notMade();
		assertThat(hedges(2)).isEqualTo(1);
	}

	@Test
	void hedgeThatTheBudgetRefuses_takesNoRoom() {
		begin(3);
		assertThat(this.limit.tryHedge(() -> false)).isFalse();
		assertThat(hedges(3)).isEqualTo(2);
	}

	@Test
	void hedgeForWhichThereIsNoRoom_costsNoBudget() {
		begin(3);
		hedges(2);
		boolean[] asked = { false };
		assertThat(this.limit.tryHedge(() -> asked[0] = true)).isFalse();
		assertThat(asked[0]).isFalse();
	}

	private void begin(int calls) {
		IntStream.range(0, calls).forEach((call) -> this.limit.began());
	}

	/** How many of so many that are asked for. */
	private long hedges(int wanted) {
		return IntStream.range(0, wanted).filter((hedge) -> this.limit.tryHedge(() -> true)).count();
	}

}
