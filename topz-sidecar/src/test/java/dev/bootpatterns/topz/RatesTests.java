package dev.bootpatterns.topz;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RatesTests {

	private long nanos;

	private final Rates rates = new Rates(InstantSource.fixed(Instant.EPOCH), () -> this.nanos, 3);

	@Test
	void firstReading_hasNoRates() {
		Topz topz = this.rates.next(Readings.of(10, 100, Readings.process(1, 0, 5000, 60_000)));
		assertThat(topz.intervalSeconds()).isNull();
		assertThat(topz.host().busyRatio()).isNull();
		assertThat(topz.processes()).extracting(Topz.Usage::cpuRatio).containsExactly((Double) null);
		assertThat(this.rates.isWarm()).isFalse();
	}

	@Test
	void rate_isCpuTimeSinceTheLastReading_byMonotonicTime() {
		this.rates.next(Readings.of(10, 100, Readings.process(1, 0, 5000, 60_000)));
		this.nanos += Duration.ofSeconds(2).toNanos();
		Topz topz = this.rates.next(Readings.of(40, 200, Readings.process(1, 0, 8000, 62_000)));
		assertThat(topz.processes()).extracting(Topz.Usage::cpuRatio).containsExactly(1.5);
		assertThat(topz.host().busyRatio()).isEqualTo(0.3);
		assertThat(topz.host().load15()).isNull();
		assertThat(topz.intervalSeconds()).isEqualTo(2);
	}

	@Test
	void processThatBeganSince_hasAllItsTime() {
		this.rates.next(Readings.of(0, 0));
		this.nanos += Duration.ofSeconds(2).toNanos();
		Topz topz = this.rates.next(Readings.of(0, 0, Readings.process(9, 99_000, 500, 1000)));
		assertThat(topz.processes()).extracting(Topz.Usage::cpuRatio).containsExactly(0.25);
	}

	@Test
	void processThatComesIntoSightLate_hasNoRateYet() {
		this.rates.next(Readings.of(0, 0));
		this.nanos += Duration.ofSeconds(2).toNanos();
		Topz topz = this.rates.next(Readings.of(0, 0, Readings.process(9, 0, 500_000, 1_000_000)));
		assertThat(topz.processes()).extracting(Topz.Usage::cpuRatio).containsExactly((Double) null);
	}

	@Test
	void numberGivenToAnotherProcess_isNotTheSame() {
		this.rates.next(Readings.of(0, 0, Readings.process(5, 0, 9000, 60_000)));
		this.nanos += Duration.ofSeconds(2).toNanos();
		Topz topz = this.rates.next(Readings.of(0, 0, Readings.process(5, 61_000, 1000, 1000)));
		assertThat(topz.processes()).extracting(Topz.Usage::cpuRatio).containsExactly(0.5);
	}

	@Test
	void startThatJittersByATick_isTheSame() {
		this.rates.next(Readings.of(0, 0, Readings.process(5, 1000, 100, 60_000)));
		this.nanos += Duration.ofSeconds(1).toNanos();
		Topz topz = this.rates.next(Readings.of(0, 0, Readings.process(5, 1010, 200, 61_000)));
		assertThat(topz.processes()).extracting(Topz.Usage::cpuRatio).containsExactly(0.1);
	}

	@Test
	void moreProcessesThanTheBound_areCounted_andTheBusiestKept() {
		this.rates.next(Readings.of(0, 0));
		this.nanos += Duration.ofSeconds(1).toNanos();
		Topz topz = this.rates.next(Readings.of(0, 0, Readings.process(1, 0, 10, 1), Readings.process(2, 0, 40, 1),
				Readings.process(3, 0, 20, 1), Readings.process(4, 0, 30, 1)));
		assertThat(topz.processesSeen()).isEqualTo(4);
		assertThat(topz.processes()).extracting(Topz.Usage::pid).containsExactly(2, 4, 3);
	}

	@Test
	void forgotten_thereIsNothingToCompareWith() {
		this.rates.next(Readings.of(0, 0));
		this.rates.forget();
		this.nanos += Duration.ofSeconds(1).toNanos();
		assertThat(this.rates.next(Readings.of(0, 0)).intervalSeconds()).isNull();
	}

}
