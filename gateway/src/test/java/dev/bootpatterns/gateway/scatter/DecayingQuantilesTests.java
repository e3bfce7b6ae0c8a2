package dev.bootpatterns.gateway.scatter;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DecayingQuantilesTests {

	private static final Percentage OFF = Percentage.withPercentage(2.1);

	private final AtomicLong now = new AtomicLong();

	private final DecayingQuantiles quantiles = new DecayingQuantiles(Duration.ofSeconds(10), this.now::get);

	@Test
	void quantiles_areThoseOfWhatWasRecorded() {
		Random random = new Random(7);
		// From microseconds to seconds.
		long[] times = IntStream.range(0, 100_000)
			.mapToLong((i) -> (long) Math.exp(9 + 3 * random.nextGaussian()))
			.toArray();
		Arrays.stream(times).map((time) -> Math.max(1_000, time)).forEach(this.quantiles::record);
		long[] sorted = Arrays.stream(times).map((time) -> Math.max(1_000, time)).sorted().toArray();
		for (double share : new double[] { 0.5, 0.9, 0.95, 0.99, 0.999 }) {
			assertThat(this.quantiles.nanos(share)).as("p%s", share)
				.isCloseTo((double) sorted[(int) (share * sorted.length)], OFF);
		}
	}

	@Test
	void nothingRecorded_isNotANumber() {
		assertThat(this.quantiles.nanos(0.95)).isNaN();
		assertThat(this.quantiles.samples()).isZero();
	}

	@Test
	void oldTimes_countHalfAfterTheHalfLife() {
		record(100, 1_000_000);
		pass(10);
		assertThat(this.quantiles.samples()).isCloseTo(50, OFF);
		record(51, 9_000_000);
		assertThat(this.quantiles.nanos(0.5)).isCloseTo(9_000_000, OFF);
		assertThat(this.quantiles.nanos(0.49)).isCloseTo(1_000_000, OFF);
	}

	@Test
	void afterAnHour_theLastTimesAreAllThatCounts() {
		record(1_000_000, 1_000_000);
		pass(3600);
		record(1, 9_000_000);
		assertThat(this.quantiles.nanos(0.01)).isCloseTo(9_000_000, OFF);
		assertThat(this.quantiles.samples()).isCloseTo(1, OFF);
	}

	@Test
	void timesOutOfRange_countAsItsEnds() {
		record(1, 0);
		assertThat(this.quantiles.nanos(0.5)).isCloseTo(1_000, OFF);
		record(9, Duration.ofHours(1).toNanos());
		assertThat(this.quantiles.nanos(0.5)).isBetween(115e9, 125e9);
	}

	private void record(int count, long nanos) {
		IntStream.range(0, count).forEach((i) -> this.quantiles.record(nanos));
	}

	private void pass(long seconds) {
		this.now.addAndGet(Duration.ofSeconds(seconds).toNanos());
	}

}
