package dev.bootpatterns.topz;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;

/**
 * Reads the process table at intervals, so that a rate of CPU use can be told, and
 * answers requests from what it read.
 * <p>
 * It samples only while somebody asks. One sample reads some six files for every process
 * in sight: nothing beside the twenty of a pod, but 2 % of a CPU on a host with hundreds,
 * and a monitor must not be the load that it reports. The price is that the first request
 * after a pause waits for two samples {@link #WARM_UP} apart. No request waits longer
 * than {@link TopzProperties#maxWait()}: the kernel can hold up whoever reads a process
 * that is itself held up, and then the last sample is answered, with its age, by a
 * request thread that never touched {@code /proc}.
 */
final class Sampler implements DisposableBean {

	/** Short enough to wait for; ten of the kernel's 10 ms ticks make a first rate. */
	static final Duration WARM_UP = Duration.ofMillis(300);

	private static final Logger log = LoggerFactory.getLogger(Sampler.class);

	private final ProcessTable table;

	private final TopzProperties properties;

	private final LongSupplier nanos;

	private final Rates rates;

	private final Timer timer;

	private final Counter failures;

	private final ScheduledExecutorService thread = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("topz-sampler").daemon().factory());

	private final Object lock = new Object();

	// Guarded by lock.
	private boolean active;

	private long lastAsked;

	private long lastSampled;

	private @Nullable Topz latest;

	private CompletableFuture<Topz> next = new CompletableFuture<>();

	Sampler(ProcessTable table, TopzProperties properties, InstantSource clock, LongSupplier nanos,
			MeterRegistry registry) {
		this.table = table;
		this.properties = properties;
		this.nanos = nanos;
		this.rates = new Rates(clock, nanos, properties.maxProcesses());
		this.timer = Timer.builder("topz.sample").description("Time to read the process table").register(registry);
		this.failures = Counter.builder("topz.sample.failures").description("Samples that failed").register(registry);
		Gauge.builder("topz.processes", this, Sampler::processesSeen)
			.description("Processes in the last sample")
			.register(registry);
	}

	/**
	 * The latest sample, waiting for it if there is none that is recent.
	 * @return a sample with rates, or after {@link TopzProperties#maxWait()} what there
	 * is
	 * @throws NoSampleException if there is nothing yet
	 */
	Topz latest() {
		CompletableFuture<Topz> awaited;
		synchronized (this.lock) {
			this.lastAsked = this.nanos.getAsLong();
			if (!this.active) {
				this.active = true;
				this.thread.execute(this::sample);
			}
			Topz sample = this.latest;
			if (sample != null && sample.intervalSeconds() != null && isRecent()) {
				return sample;
			}
			awaited = this.next;
		}
		return await(awaited);
	}

	private boolean isRecent() {
		return this.nanos.getAsLong() - this.lastSampled <= 2 * this.properties.sampleInterval().toNanos();
	}

	private Topz await(CompletableFuture<Topz> awaited) {
		try {
			return awaited.get(this.properties.maxWait().toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return lastOrFail();
		}
		catch (ExecutionException | TimeoutException ex) {
			return lastOrFail();
		}
	}

	private Topz lastOrFail() {
		synchronized (this.lock) {
			if (this.latest == null) {
				throw new NoSampleException();
			}
			return this.latest;
		}
	}

	private void sample() {
		if (sampleOnce() && !this.thread.isShutdown()) {
			var _ = this.thread.schedule(this::sample, pause().toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private boolean sampleOnce() {
		try {
			return accept(this.timer.record(() -> this.rates.next(this.table.read())));
		}
		// LinkageError: a native library that does not fit this system.
		catch (RuntimeException | LinkageError ex) {
			this.failures.increment();
			log.warn("The process table could not be read", ex);
			return giveUp(ex);
		}
	}

	private boolean accept(@Nullable Topz sample) {
		synchronized (this.lock) {
			this.latest = sample;
			this.lastSampled = this.nanos.getAsLong();
			if (sample != null && sample.intervalSeconds() != null) {
				renew().complete(sample);
			}
			return stayActive();
		}
	}

	private boolean giveUp(Throwable cause) {
		synchronized (this.lock) {
			renew().completeExceptionally(cause);
			return stayActive();
		}
	}

	private CompletableFuture<Topz> renew() {
		CompletableFuture<Topz> done = this.next;
		this.next = new CompletableFuture<>();
		return done;
	}

	private boolean stayActive() {
		this.active = this.nanos.getAsLong() - this.lastAsked <= this.properties.idleAfter().toNanos();
		if (!this.active) {
			// A rate over the whole pause would say little about now.
			this.rates.forget();
		}
		return this.active;
	}

	private Duration pause() {
		return this.rates.isWarm() ? this.properties.sampleInterval() : WARM_UP;
	}

	private int processesSeen() {
		synchronized (this.lock) {
			return (this.latest != null) ? this.latest.processesSeen() : 0;
		}
	}

	@Override
	public void destroy() {
		this.thread.shutdownNow();
	}

	/**
	 * There is no sample, and none came in time.
	 */
	static final class NoSampleException extends RuntimeException {

		NoSampleException() {
			super("the process table could not be read in time");
		}

	}

}
