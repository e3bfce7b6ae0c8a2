package dev.bootpatterns.benchmarks;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.dynatrace.hash4j.consistent.ConsistentHashing;
import dev.bootpatterns.sharding.Backend;
import dev.bootpatterns.sharding.BoundedLoad;
import dev.bootpatterns.sharding.ShardingAlgorithm;
import dev.bootpatterns.sharding.ShardingFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time of one lookup. Keys alternate, so that no branch is learnt by heart.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 9, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class ShardingBenchmark {

	private static final int KEYS = 1024;

	private static List<Backend> backends(int count) {
		return IntStream.range(0, count).mapToObj((i) -> new Backend("backend-" + i)).toList();
	}

	/**
	 * From a key of 15 to 18 bytes to its shard.
	 * @param functions the function
	 * @param keys the keys
	 * @return the shard
	 */
	@Benchmark
	public int shardOf(Functions functions, Keys keys) {
		return functions.function.shardOf(keys.next());
	}

	/**
	 * The same with bounded loads, nothing else being in flight.
	 * @param bounded the function
	 * @param keys the keys
	 * @return the shard
	 */
	@Benchmark
	public int acquireAndRelease(Bounded bounded, Keys keys) {
		int shard = bounded.load.acquire(keys.next());
		bounded.load.release(shard);
		return shard;
	}

	/**
	 * JumpBackHash alone, from a random number to a bucket, as its paper measures it.
	 * @param hashes the random numbers and the number of buckets
	 * @return the bucket
	 */
	@Benchmark
	public int jumpBackBucket(Hashes hashes) {
		return ConsistentHashing.jumpBackHashSplitMix64().getBucket(hashes.random.nextLong(), hashes.buckets);
	}

	/** What is asked for. */
	@State(Scope.Thread)
	public static class Keys {

		private final String[] keys = IntStream.range(0, KEYS)
			.mapToObj((i) -> "documents/key-" + i)
			.toArray(String[]::new);

		private int next;

		String next() {
			this.next = (this.next + 1) % KEYS;
			return this.keys[this.next];
		}

	}

	/** What is measured. */
	@State(Scope.Benchmark)
	public static class Functions {

		/** The function. */
		@Param
		public ShardingAlgorithm algorithm = ShardingAlgorithm.MODULO;

		/** Over how many backends. */
		@Param({ "10", "100" })
		public int backends;

		private ShardingFunction function = ShardingAlgorithm.MODULO.over(backends(1));

		/** Makes the function. */
		@Setup
		public void make() {
			this.function = this.algorithm.over(backends(this.backends));
		}

	}

	/** What is measured. */
	@State(Scope.Benchmark)
	public static class Bounded {

		/** Over how many backends. */
		@Param({ "10", "100" })
		public int backends;

		private BoundedLoad load = new BoundedLoad(backends(1), 1);

		/** Makes the function. */
		@Setup
		public void make() {
			this.load = new BoundedLoad(backends(this.backends), ShardingReport.EPSILON);
		}

	}

	/** What is asked for. */
	@State(Scope.Thread)
	public static class Hashes {

		/** A power of two, its best case, and the next, its worst. */
		@Param({ "1024", "1025" })
		public int buckets;

		private final SplittableRandom random = new SplittableRandom(1);

	}

}
