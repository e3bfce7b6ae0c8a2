package dev.bootpatterns.benchmarks;

import java.util.concurrent.TimeUnit;

import dev.bootpatterns.sharding.Topology;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From a key to its shard, as the gateway does it for every request. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SlotBenchmark {

	private final Topology topology = Topology.balanced(3);

	private String key = "java.base/java/util/concurrent/ConcurrentHashMap.java";

	/**
	 * The shard of a key of 53 bytes.
	 * @return the shard
	 */
	@Benchmark
	public int shardOfKey() {
		return this.topology.shardOf(this.key);
	}

}
