package dev.bootpatterns.gateway.hotkeys;

import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HotnessTests {

	private static final Duration PERIOD = Duration.ofMillis(500);

	private final Hotness hotness = new Hotness(
			FlightsTests.properties(Map.of("rate", "50", "share", "0.1", "half-life", "2s")));

	@Test
	void key_isHot_whenItsRateIsAboveTheLimit() {
		seconds(30, 60, 0);
		assertThat(this.hotness.isHot("key")).isTrue();
	}

	@Test
	void key_isNotHot_whenItsRateIsBelowTheLimit_howeverLongItStaysThere() {
		seconds(300, 48, 0);
		assertThat(this.hotness.isHot("key")).isFalse();
	}

	@Test
	void key_isNotHot_whenItsShareIsSmall() {
		seconds(30, 60, 600);
		assertThat(this.hotness.isHot("key")).isFalse();
	}

	@Test
	void key_thatIsVeryHot_isFoundSoon() {
		seconds(1, 1000, 0);
		assertThat(this.hotness.isHot("key")).isTrue();
	}

	@Test
	void key_thatIsNotReadAnyMore_isCold() {
		seconds(30, 500, 0);
		seconds(10, 0, 10);
		assertThat(this.hotness.isHot("key")).isFalse();
		assertThat(this.hotness.hotKeys()).isZero();
	}

	@Test
	void keysThatAreReadOnce_areNeverHot_howeverMany() {
		seconds(30, 0, 5000);
		assertThat(this.hotness.hotKeys()).isZero();
	}

	@Test
	void key_isNotHot_whenItOnlyMayBe() {
		// It takes over a counter that stands at two in a hundred, and adds less than
		// ten.
		IntStream.range(0, 9_150).forEach((i) -> this.hotness.isHot("other-" + i));
		IntStream.range(0, 850).forEach((i) -> this.hotness.isHot("key"));
		this.hotness.update(Duration.ofMillis(1));
		assertThat(this.hotness.hottestShare()).isGreaterThan(0.1);
		assertThat(this.hotness.isHot("key")).isFalse();
	}

	@Test
	void keyThatIsTooLong_isNeverHot() {
		String large = "x".repeat(600);
		IntStream.range(0, 1000).forEach((i) -> this.hotness.isHot(large));
		this.hotness.update(PERIOD);
		assertThat(this.hotness.isHot(large)).isFalse();
		assertThat(this.hotness.hotKeys()).isZero();
	}

	private void seconds(int seconds, int perSecond, int others) {
		for (int period = 0; period < 2 * seconds; period++) {
			for (int i = 0; i < perSecond / 2; i++) {
				this.hotness.isHot("key");
			}
			for (int i = 0; i < others / 2; i++) {
				this.hotness.isHot("other-" + period + "-" + i);
			}
			this.hotness.update(PERIOD);
		}
	}

}
