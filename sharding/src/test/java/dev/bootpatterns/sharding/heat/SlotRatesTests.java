package dev.bootpatterns.sharding.heat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

class SlotRatesTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	@Test
	void constantLoad_isTheRateFromTheFirstTickOn_howeverLongTicksAre() {
		SlotRates rates = new SlotRates(4, Duration.ofSeconds(10));
		for (int seconds : new int[] { 1, 7, 2, 30, 1 }) {
			count(rates, 2, 50 * seconds);
			assertThat(rates.tick(Duration.ofSeconds(seconds)).perSecond())
				.containsExactly(new double[] { 0, 0, 50, 0 }, within(1e-9));
		}
		assertThat(rates.rates().total()).isCloseTo(50, within(1e-9));
	}

	@Test
	void loadThatEnds_isHalfAfterAHalfLife() {
		SlotRates rates = new SlotRates(1, Duration.ofSeconds(60));
		for (int second = 0; second < 1000; second++) {
			count(rates, 0, 100);
			rates.tick(SECOND);
		}
		for (int second = 0; second < 60; second++) {
			rates.tick(SECOND);
		}
		assertThat(rates.rates().perSecond()[0]).isCloseTo(50, within(0.01));
	}

	@Test
	void window_isThatOfAllRequestsAtFirst_and2_9HalfLivesInTheLongRun() {
		SlotRates rates = new SlotRates(1, Duration.ofSeconds(100));
		assertThat(rates.tick(SECOND).window()).isCloseTo(1, within(1e-9));
		for (int second = 0; second < 3000; second++) {
			rates.tick(SECOND);
		}
		assertThat(rates.rates().window()).isCloseTo(200 / Math.log(2), within(0.01));
	}

	/** Were the counts not those of the window, the mean would be half of it. */
	@Test
	void countsOfEvenRandomLoad_haveTheChiSquareOfChance() {
		SplittableRandom random = new SplittableRandom(1);
		SlotRates rates = new SlotRates(101, Duration.ofSeconds(5));
		double sum = 0;
		int ticks = 4000;
		for (int tick = 0; tick < ticks; tick++) {
			for (int i = 0; i < 500; i++) {
				rates.increment(random.nextInt(101));
			}
			sum += ChiSquare.of(rates.tick(SECOND).counts()).perDegreeOfFreedom();
		}
		assertThat(sum / ticks).isCloseTo(1, within(0.02));
	}

	@Test
	void countsOfManyThreads_duringTicks_areAllThere() throws InterruptedException {
		SlotRates rates = new SlotRates(2, Duration.ofDays(365_000));
		int threads = 4;
		int each = 200_000;
		CountDownLatch done = new CountDownLatch(threads);
		for (int i = 0; i < threads; i++) {
			Thread.ofVirtual().start(() -> {
				count(rates, 1, each);
				done.countDown();
			});
		}
		int ticks = 0;
		while (done.getCount() > 0) {
			rates.tick(SECOND);
			ticks++;
		}
		done.await();
		assertThat(rates.tick(SECOND).perSecond()[1] * (ticks + 1)).isCloseTo(threads * each, within(1.0));
	}

	@Test
	void ratesGivenAway_areACopy() {
		SlotRates rates = new SlotRates(1, SECOND);
		rates.rates().perSecond()[0] = 7;
		assertThat(rates.rates().perSecond()).containsExactly(0);
	}

	@Test
	void noSlots_noTime_areRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new SlotRates(0, SECOND));
		assertThatIllegalArgumentException().isThrownBy(() -> new SlotRates(1, Duration.ZERO))
			.withMessageContaining("half-life PT0S");
		SlotRates rates = new SlotRates(1, SECOND);
		Stream.of(Duration.ZERO, Duration.ofSeconds(-1))
			.forEach((elapsed) -> assertThatIllegalArgumentException().isThrownBy(() -> rates.tick(elapsed))
				.withMessageContaining("elapsed time"));
	}

	private static void count(SlotRates rates, int slot, int times) {
		for (int i = 0; i < times; i++) {
			rates.increment(slot);
		}
	}

}
