package dev.bootpatterns.owner.topology;

import java.util.List;
import java.util.stream.IntStream;

import dev.bootpatterns.sharding.Slots;
import dev.bootpatterns.sharding.Topology;
import dev.bootpatterns.sharding.heat.ChiSquare;
import org.jspecify.annotations.Nullable;

/**
 * How often keys are asked for, all replicas together.
 *
 * @param requestsPerSecond requests by key
 * @param chiSquare whether the shards' requests are more uneven than chance makes them;
 * absent if there is one shard
 * @param shards each shard's part
 * @param hotKeys the keys that are asked for most, hottest first
 */
record Heat(double requestsPerSecond, @Nullable Unevenness chiSquare, List<ShardHeat> shards, List<HotKey> hotKeys) {

	private static final int HOT_KEYS = 10;

	/**
	 * Sums up.
	 * @param topology the topology in force: it says whose a slot is
	 * @param slots what the replicas wrote down
	 * @return the heat
	 */
	static Heat of(Topology topology, SlotHeat slots) {
		double[] rates = new double[topology.shards()];
		double[] counts = new double[topology.shards()];
		for (int slot = 0; slot < Slots.COUNT; slot++) {
			rates[topology.shardOf(slot)] += slots.rates()[slot];
			counts[topology.shardOf(slot)] += slots.counts()[slot];
		}
		double total = IntStream.range(0, rates.length).mapToDouble((shard) -> rates[shard]).sum();
		List<ShardHeat> shards = IntStream.range(0, rates.length)
			.mapToObj((shard) -> new ShardHeat(shard, rounded(rates[shard]),
					(total > 0) ? rounded(rates[shard] * rates.length / total) : 0, topology.slotsOf(shard).size()))
			.toList();
		List<HotKey> hottest = slots.hotKeys()
			.stream()
			.limit(HOT_KEYS)
			.map((key) -> new HotKey(key.key(), Slots.of(key.key()), topology.shardOf(key.key()),
					rounded(key.requestsPerSecond()), rounded(key.error()),
					(total > 0) ? rounded(key.requestsPerSecond() / total) : 0))
			.toList();
		return new Heat(rounded(total), (counts.length > 1) ? Unevenness.of(ChiSquare.of(counts)) : null, shards,
				hottest);
	}

	private static double rounded(double value) {
		return Math.round(value * 1000) / 1000.0;
	}

	/**
	 * Pearson's chi-square against the even distribution.
	 *
	 * @param statistic the sum
	 * @param degreesOfFreedom shards - 1
	 * @param pValue the probability of so much by chance; below 0.001 there is a cause
	 */
	record Unevenness(double statistic, int degreesOfFreedom, double pValue) {

		static Unevenness of(ChiSquare chiSquare) {
			return new Unevenness(rounded(chiSquare.statistic()), chiSquare.degreesOfFreedom(),
					rounded(chiSquare.pValue()));
		}

	}

	/**
	 * A shard's part.
	 *
	 * @param shard the shard
	 * @param requestsPerSecond requests by key
	 * @param load these by the mean of the shards
	 * @param slots how many slots it has
	 */
	record ShardHeat(int shard, double requestsPerSecond, double load, int slots) {
	}

	/**
	 * A key that is asked for often.
	 *
	 * @param key the key; its beginning and a hash if it is long
	 * @param slot its slot
	 * @param shard its shard
	 * @param requestsPerSecond at most so often
	 * @param error by how much that may be too high
	 * @param share of all requests
	 */
	record HotKey(String key, int slot, int shard, double requestsPerSecond, double error, double share) {
	}

	/**
	 * What the replicas wrote down, added up.
	 *
	 * @param rates requests per second, by slot
	 * @param counts the requests behind the rates, by slot
	 * @param hotKeys keys, hottest first
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record SlotHeat(double[] rates, double[] counts, List<KeyHeat> hotKeys) {
	}

	/**
	 * A key, all replicas together.
	 *
	 * @param key the key
	 * @param requestsPerSecond at most so often
	 * @param error by how much that may be too high
	 */
	record KeyHeat(String key, double requestsPerSecond, double error) {

		KeyHeat plus(KeyHeat other) {
			return new KeyHeat(this.key, this.requestsPerSecond + other.requestsPerSecond, this.error + other.error);
		}

	}

}
