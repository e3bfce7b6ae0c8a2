package dev.bootpatterns.gateway.replicas;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PowerOfTwoChoicesTests {

	private final PowerOfTwoChoices choices = new PowerOfTwoChoices(new Random(42)::nextInt);

	@Test
	void cheaperOfTwo_isFirst_theOtherSecond_andNoneIsLost() {
		int[] first = new int[5];
		for (int i = 0; i < 10_000; i++) {
			List<Integer> all = new ArrayList<>(List.of(0, 1, 2, 3, 4));
			this.choices.choose(all, (number) -> number);
			assertThat(all.get(0)).isLessThan(all.get(1));
			assertThat(all).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
			first[all.get(0)]++;
		}
		// Of the ten pairs of five, four have 0 in them, three 1 and not 0, and so on.
		assertThat(first[0]).isBetween(3800, 4200);
		assertThat(first[3]).isBetween(900, 1100);
		assertThat(first[4]).isZero();
	}

	@Test
	void ballsIntoBins_fillThemEvenly() {
		int[] bins = new int[1000];
		List<Integer> all = new ArrayList<>(IntStream.range(0, bins.length).boxed().toList());
		for (int ball = 0; ball < 100 * bins.length; ball++) {
			this.choices.choose(all, (bin) -> bins[bin]);
			bins[all.getFirst()]++;
		}
		// One choice at random fills the fullest of them with about 132.
		assertThat(IntStream.of(bins).max().orElseThrow()).isBetween(100, 103);
	}

	@Test
	void oneOrNone_isLeftAsItIs() {
		List<Integer> one = new ArrayList<>(List.of(1));
		this.choices.choose(one, (number) -> number);
		assertThat(one).containsExactly(1);
		this.choices.choose(new ArrayList<Integer>(), (number) -> number);
	}

}
