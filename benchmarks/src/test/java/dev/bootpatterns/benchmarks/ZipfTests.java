package dev.bootpatterns.benchmarks;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class ZipfTests {

	@Test
	void shares_fallAsThePowerOfTheRank_andAreOneTogether() {
		Zipf zipf = new Zipf(1000, 1.1);
		double sum = 0;
		for (int rank = 0; rank < 1000; rank++) {
			assertThat(zipf.share(rank) * Math.pow(rank + 1, 1.1)).isCloseTo(zipf.share(0), within(1e-12));
			sum += zipf.share(rank);
		}
		assertThat(sum).isCloseTo(1, within(1e-12));
	}

	/** Chi-square with 99 degrees of freedom: below 148.2 in 999 of 1,000 cases. */
	@Test
	void draws_haveTheirShares() {
		Zipf zipf = new Zipf(100, 1.1);
		SplittableRandom random = new SplittableRandom(1);
		int draws = 1_000_000;
		int[] counts = new int[100];
		for (int i = 0; i < draws; i++) {
			counts[zipf.draw(random)]++;
		}
		double chiSquare = 0;
		for (int rank = 0; rank < 100; rank++) {
			double expected = draws * zipf.share(rank);
			chiSquare += (counts[rank] - expected) * (counts[rank] - expected) / expected;
		}
		assertThat(chiSquare).isBetween(60.0, 148.2);
	}

}
