package dev.bootpatterns.benchmarks;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import dev.bootpatterns.sharding.heat.SlotRates;
import dev.bootpatterns.sharding.heat.SpaceSaving;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What counting adds to each request, with two threads at once: keys drawn from a million
 * by Zipf(1.1), or one key that everybody asks for.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Threads(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HeatBenchmark {

	private static final int KEYS = 1 << 18;

	private final SpaceSaving sketch = new SpaceSaving(1000, Duration.ofSeconds(10));

	private final SlotRates rates = new SlotRates(1024, Duration.ofSeconds(10));

	/**
	 * A key that differs from request to request.
	 * @param requests the requests of this thread
	 */
	@Benchmark
	public void offerZipfKey(Requests requests) {
		this.sketch.offer(requests.key());
	}

	/** The same key in each request: the threads meet. */
	@Benchmark
	public void offerOneKey() {
		this.sketch.offer("java.base/java/util/HashMap.java");
	}

	/**
	 * A slot that differs from request to request.
	 * @param requests the requests of this thread
	 */
	@Benchmark
	public void incrementSlots(Requests requests) {
		this.rates.increment(requests.slot());
	}

	/** The same slot in each request: the threads meet. */
	@Benchmark
	public void incrementOneSlot() {
		this.rates.increment(777);
	}

	/** Drawn before, so that only counting is measured. */
	@State(Scope.Thread)
	public static class Requests {

		private final String[] keys = new String[KEYS];

		private final int[] slots = new int[KEYS];

		private int next;

		/** Draws them. */
		public Requests() {
			Zipf popularity = new Zipf(1_000_000, 1.1);
			SplittableRandom random = new SplittableRandom(1);
			for (int i = 0; i < KEYS; i++) {
				this.keys[i] = "java.base/java/util/concurrent/Key" + popularity.draw(random);
				this.slots[i] = random.nextInt(1024);
			}
		}

		String key() {
			return this.keys[this.next++ & (KEYS - 1)];
		}

		int slot() {
			return this.slots[this.next++ & (KEYS - 1)];
		}

	}

}
