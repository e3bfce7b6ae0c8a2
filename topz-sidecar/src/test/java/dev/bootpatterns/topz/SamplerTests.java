package dev.bootpatterns.topz;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.bootpatterns.topz.Sampler.NoSampleException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SamplerTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final AtomicInteger reads = new AtomicInteger();

	private final AtomicLong skipped = new AtomicLong();

	private final CountDownLatch stuck = new CountDownLatch(1);

	private volatile Mode mode = Mode.ANSWER;

	private final Sampler sampler = new Sampler(this::read,
			new TopzProperties(null, false, Duration.ofMillis(100), Duration.ofSeconds(60), Duration.ofMillis(900), 10),
			InstantSource.system(), () -> System.nanoTime() + this.skipped.get(), this.registry);

	private enum Mode {

		ANSWER, FAIL, HANG

	}

	@AfterEach
	void stop() {
		this.stuck.countDown();
		this.sampler.destroy();
	}

	@Test
	void nobodyAsks_nothingIsRead() {
		assertThat(this.reads).hasValue(0);
	}

	@Test
	void firstRequest_alreadyGetsRates_withinItsTime() {
		long before = System.nanoTime();
		Topz topz = this.sampler.latest();
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
		assertThat(topz.intervalSeconds()).isNotNull();
		assertThat(this.registry.get("topz.processes").gauge().value()).isEqualTo(1);
	}

	@Test
	void whileSomebodyAsks_samplingGoesOn() {
		this.sampler.latest();
		int before = this.reads.get();
		Awaitility.await().until(() -> this.reads.get() >= before + 3);
	}

	@Test
	void nobodyAskedForAWhile_samplingStops_andBeginsAgainWithFreshRates() {
		this.sampler.latest();
		this.skipped.set(Duration.ofSeconds(61).toNanos());
		AtomicInteger seen = new AtomicInteger();
		Awaitility.await().during(Duration.ofMillis(500)).until(() -> {
			int now = this.reads.get();
			return seen.getAndSet(now) == now;
		});
		this.skipped.addAndGet(Duration.ofSeconds(61).toNanos());
		Double interval = this.sampler.latest().intervalSeconds();
		assertThat(interval).isNotNull().isLessThan(5);
	}

	@Test
	void readingThatHangs_holdsUpNoRequest_theLastSampleIsAnswered() {
		Topz last = this.sampler.latest();
		this.mode = Mode.HANG;
		Awaitility.await().until(() -> this.registry.get("topz.sample").timer().count() < this.reads.get());
		this.skipped.set(Duration.ofSeconds(10).toNanos());
		long before = System.nanoTime();
		assertThat(this.sampler.latest().sampledAt()).isAfterOrEqualTo(last.sampledAt());
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(Duration.ofMillis(800),
				Duration.ofMillis(1500));
	}

	@Test
	void readingThatNeverAnswered_isSaid() {
		this.mode = Mode.HANG;
		assertThatExceptionOfType(NoSampleException.class).isThrownBy(this.sampler::latest);
	}

	@Test
	void readingThatFails_isCounted_andTriedAgain() {
		this.mode = Mode.FAIL;
		assertThatExceptionOfType(NoSampleException.class).isThrownBy(this.sampler::latest);
		assertThat(this.registry.get("topz.sample.failures").counter().count()).isPositive();
		this.mode = Mode.ANSWER;
		Awaitility.await()
			.ignoreException(NoSampleException.class)
			.untilAsserted(() -> assertThat(this.sampler.latest().intervalSeconds()).isNotNull());
	}

	private ProcessTable.Reading read() {
		this.reads.incrementAndGet();
		if (this.mode == Mode.FAIL) {
			throw new IllegalStateException("cannot read");
		}
		if (this.mode == Mode.HANG) {
			awaitRelease();
		}
		return Readings.of(0, 0, Readings.process(1, 0, 10, 100_000));
	}

	private void awaitRelease() {
		try {
			this.stuck.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
