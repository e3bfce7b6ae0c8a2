package dev.bootpatterns.sharding;

import java.util.Arrays;
import java.util.List;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

/**
 * Maglev hashing: a table of {@value #TABLE_SIZE} entries that the backends fill by
 * turns, each in an order of its own.
 * <p>
 * <b>Table.</b> A backend's order begins at an offset and goes on in steps, both hashes
 * of its name; the size is prime, so that every step visits all entries. In its turn a
 * backend takes the first entry of its order that is free. Weights change how often a
 * turn comes (the paper says that they can, not how): in round r a backend of weight w
 * has had r * w / max(w) turns, rounded down.
 * <p>
 * <b>Guarantee.</b> The shares of equal backends differ by one entry at most. When
 * backends come or go, in any order, most keys stay, not all: some entries pass between
 * survivors too, a few per cent. The order of the list decides who fills first: a
 * reordered list gives a slightly different table.
 * <p>
 * <b>Cost.</b> One hash, one division, one read of a table of 256 KiB that does not grow
 * with the backends. Up to {@value #MAX_BACKENDS} of them, as the paper wants a hundred
 * entries for each.
 * <p>
 * <b>Choose it</b> where even load matters more than a few moved keys, and lookups must
 * be as fast with 600 backends as with 6: a load balancer in front of caches.
 *
 * @see <a href=
 * "https://www.usenix.org/conference/nsdi16/technical-sessions/presentation/eisenbud">
 * Eisenbud et al., Maglev: A Fast and Reliable Software Network Load Balancer, NSDI 2016,
 * section 3.4</a>
 */
final class Maglev implements ShardingFunction {

	/** The smaller of the two that the paper measures. */
	static final int TABLE_SIZE = 65537;

	static final int MAX_BACKENDS = TABLE_SIZE / 100;

	private static final Hasher64 OFFSET = Hashing.xxh3_64(1);

	private static final Hasher64 SKIP = Hashing.xxh3_64(2);

	private final int[] table;

	private final int shards;

	Maglev(List<Backend> backends) {
		if (backends.size() > MAX_BACKENDS) {
			throw new IllegalArgumentException("%d backends: maglev's table of %d entries serves up to %d"
				.formatted(backends.size(), TABLE_SIZE, MAX_BACKENDS));
		}
		this.shards = backends.size();
		this.table = fill(TABLE_SIZE,
				backends.stream()
					.mapToInt((backend) -> KeyHash.modulo(OFFSET.hashCharsToLong(backend.name()), TABLE_SIZE))
					.toArray(),
				backends.stream()
					.mapToInt((backend) -> KeyHash.modulo(SKIP.hashCharsToLong(backend.name()), TABLE_SIZE - 1) + 1)
					.toArray(),
				backends.stream().mapToInt(Backend::weight).toArray());
	}

	static int[] fill(int size, int[] offsets, int[] skips, int[] weights) {
		int[] table = new int[size];
		Arrays.fill(table, -1);
		int[] next = offsets.clone();
		int[] taken = new int[weights.length];
		long heaviest = Arrays.stream(weights).max().orElseThrow();
		int filled = 0;
		for (long round = 1; filled < size; round++) {
			for (int shard = 0; shard < weights.length && filled < size; shard++) {
				if (round * weights[shard] >= (taken[shard] + 1) * heaviest) {
					while (table[next[shard]] >= 0) {
						next[shard] = (next[shard] + skips[shard]) % size;
					}
					table[next[shard]] = shard;
					taken[shard]++;
					filled++;
				}
			}
		}
		return table;
	}

	@Override
	public int shardOf(String key) {
		return this.table[KeyHash.modulo(KeyHash.of(key), TABLE_SIZE)];
	}

	@Override
	public int shards() {
		return this.shards;
	}

}
