package dev.bootpatterns.sharding;

import java.util.List;
import java.util.stream.IntStream;

/**
 * {@code hash(key) % n}: the baseline that the others are measured against.
 * <p>
 * <b>Guarantee.</b> As uniform as the hash. When n becomes n + 1, a key stays only if its
 * hash leaves the same remainder by both: one of n + 1 does, so that 10 to 11 moves 90.9
 * % of the keys where 9.1 % would do.
 * <p>
 * <b>Cost.</b> One hash and one division; a list of the shards in service.
 * <p>
 * <b>Choose it</b> where the number of shards never changes, or where moving everything
 * costs nothing. No weights.
 */
final class Modulo implements ShardingFunction {

	private final int[] inService;

	private final int shards;

	Modulo(List<Backend> backends) {
		Backend.requireEqualWeights("modulo", backends);
		this.shards = backends.size();
		this.inService = IntStream.range(0, this.shards).filter((shard) -> backends.get(shard).weight() > 0).toArray();
	}

	@Override
	public int shardOf(String key) {
		return this.inService[KeyHash.modulo(KeyHash.of(key), this.inService.length)];
	}

	@Override
	public int shards() {
		return this.shards;
	}

}
