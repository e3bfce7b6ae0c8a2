package dev.bootpatterns.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

import dev.bootpatterns.sharding.Backend;
import dev.bootpatterns.sharding.BoundedLoad;
import dev.bootpatterns.sharding.ShardingAlgorithm;
import dev.bootpatterns.sharding.Topology;
import org.jspecify.annotations.Nullable;

/**
 * The properties of the sharding functions, counted with the same million keys each time:
 * ten shards, then an eleventh is added to them, or the fourth taken away.
 *
 * @param rows one for each function
 */
record ShardingReport(List<Row> rows) {

	/** How much more than the average a shard with bounded load takes. */
	static final double EPSILON = 0.05;

	private static final int KEYS = 1_000_000;

	private static final int SHARDS = 10;

	/** From the middle: the last is easier to take away. */
	private static final int REMOVED = 3;

	static ShardingReport measure() {
		List<Row> rows = new ArrayList<>();
		for (ShardingAlgorithm algorithm : ShardingAlgorithm.values()) {
			rows.add(ofList(algorithm));
		}
		rows.add(plannedSlots());
		rows.add(boundedLoad());
		return new ShardingReport(List.copyOf(rows));
	}

	private static Row ofList(ShardingAlgorithm algorithm) {
		int[] before = assign(algorithm.over(backends(SHARDS, 1))::shardOf);
		int[] added = assign(algorithm.over(backends(SHARDS + 1, 1))::shardOf);
		String name = algorithm.name().toLowerCase(Locale.ROOT).replace('_', '-');
		try {
			return Row.of(name, before, added, assign(algorithm.over(backends(SHARDS, 0))::shardOf));
		}
		catch (IllegalArgumentException ex) {
			return Row.of(name, before, added, null);
		}
	}

	/** Each topology made from the one before it, as the suite does it. */
	private static Row plannedSlots() {
		Topology before = Topology.balanced(SHARDS);
		return Row.of("slots, planned", assign(before::shardOf),
				assign(before.rebalanced(weights(SHARDS + 1, 1))::shardOf),
				assign(before.rebalanced(weights(SHARDS, 0))::shardOf));
	}

	/** All keys are in flight at once. */
	private static Row boundedLoad() {
		return Row.of("bounded-load", assign(new BoundedLoad(backends(SHARDS, 1), EPSILON)::acquire),
				assign(new BoundedLoad(backends(SHARDS + 1, 1), EPSILON)::acquire),
				assign(new BoundedLoad(backends(SHARDS, 0), EPSILON)::acquire));
	}

	private static int[] weights(int count, int weightOfTheFourth) {
		return IntStream.range(0, count).map((shard) -> (shard == REMOVED) ? weightOfTheFourth : 1).toArray();
	}

	private static List<Backend> backends(int count, int weightOfTheFourth) {
		int[] weights = weights(count, weightOfTheFourth);
		return IntStream.range(0, count).mapToObj((shard) -> new Backend("backend-" + shard, weights[shard])).toList();
	}

	private static int[] assign(ToIntFunction<String> function) {
		return IntStream.range(0, KEYS).map((i) -> function.applyAsInt("key-" + i)).toArray();
	}

	/**
	 * One function's properties.
	 *
	 * @param function its name
	 * @param fullest the keys of the fullest of ten shards, divided by the mean
	 * @param chiSquare of the numbers of keys of ten shards: nine degrees of freedom
	 * @param added what an eleventh shard moves
	 * @param removed what moves when the fourth is taken away; {@code null} if that is
	 * refused
	 */
	record Row(String function, double fullest, double chiSquare, Moved added, @Nullable Moved removed) {

		static Row of(String function, int[] before, int[] added, int @Nullable [] removed) {
			int[] counts = new int[SHARDS];
			IntStream.of(before).forEach((shard) -> counts[shard]++);
			double mean = (double) before.length / SHARDS;
			return new Row(function, IntStream.of(counts).max().orElseThrow() / mean,
					IntStream.of(counts).mapToDouble((count) -> (count - mean) * (count - mean) / mean).sum(),
					Moved.of(before, added, SHARDS), (removed != null) ? Moved.of(before, removed, REMOVED) : null);
		}

	}

	/**
	 * What a change moves.
	 *
	 * @param share of all keys
	 * @param betweenSurvivors the part of it that went from a shard that was there before
	 * and after to another such
	 */
	record Moved(double share, double betweenSurvivors) {

		static Moved of(int[] before, int[] after, int changed) {
			int[] moved = IntStream.range(0, before.length).filter((key) -> before[key] != after[key]).toArray();
			long needless = IntStream.of(moved)
				.filter((key) -> before[key] != changed && after[key] != changed)
				.count();
			return new Moved((double) moved.length / before.length, (double) needless / before.length);
		}

	}

}
