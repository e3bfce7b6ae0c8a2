package dev.bootpatterns.sharding;

import java.util.List;

import com.dynatrace.hash4j.consistent.ConsistentBucketHasher;
import com.dynatrace.hash4j.consistent.ConsistentHashing;

/**
 * JumpBackHash: consistent hashing to numbered buckets without any table, by hash4j.
 * <p>
 * <b>Idea.</b> Think of buckets being added one by one: the (n + 1)-th takes a key with
 * probability 1 / (n + 1). JumpHash walks forward through the few that do; JumpBackHash
 * finds the last of them backwards, in constant expected time.
 * <p>
 * <b>Guarantee.</b> As uniform as the hash. A backend added at the end takes its share
 * and nothing else moves; the last one's keys go to everybody when it leaves. Only the
 * last can leave: buckets are numbers, not names, and one missing in the middle would
 * rename all after it. That is refused. No weights.
 * <p>
 * <b>Cost.</b> Some nanoseconds after the hash, whatever the number of backends (the
 * paper: 6.7 ns at 1024); no memory, nothing allocated.
 * <p>
 * <b>Choose it</b> for numbered shards of storage that grow and shrink at the end only.
 * Where one of them can fail, put replicas behind its number instead of removing it.
 *
 * @see <a href="https://arxiv.org/abs/2403.18682">Ertl, JumpBackHash: Say Goodbye to the
 * Modulo Operation to Distribute Keys Uniformly to Buckets, 2024</a>
 * @see <a href="https://arxiv.org/abs/1406.2294">Lamping and Veach, A Fast, Minimal
 * Memory, Consistent Hash Algorithm, 2014</a>
 */
final class JumpBack implements ShardingFunction {

	/** Without state, unlike those that are made from a generator of random numbers. */
	private static final ConsistentBucketHasher HASHER = ConsistentHashing.jumpBackHashSplitMix64();

	private final int shards;

	private final int inService;

	JumpBack(List<Backend> backends) {
		Backend.requireEqualWeights("jump-back", backends);
		this.shards = backends.size();
		this.inService = (int) backends.stream().takeWhile((backend) -> backend.weight() > 0).count();
		for (Backend backend : backends.subList(this.inService, this.shards)) {
			if (backend.weight() > 0) {
				throw new IllegalArgumentException(
						"jump-back can only leave out the last backends: '%s' has weight 0, and '%s' after it has not"
							.formatted(backends.get(this.inService).name(), backend.name()));
			}
		}
	}

	@Override
	public int shardOf(String key) {
		return HASHER.getBucket(KeyHash.of(key), this.inService);
	}

	@Override
	public int shards() {
		return this.shards;
	}

}
