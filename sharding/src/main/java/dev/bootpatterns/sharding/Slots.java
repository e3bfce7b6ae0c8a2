package dev.bootpatterns.sharding;

import java.nio.charset.StandardCharsets;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

/**
 * Maps a key to one of {@value #COUNT} slots.
 * <p>
 * <b>Why slots.</b> Hashing a key straight to a shard ties every key to the number of
 * shards. A fixed, larger number of slots in between (as in Redis Cluster) makes the
 * key's part of the mapping permanent, and leaves the part that changes, slot to shard,
 * so small that it is a table: it can be versioned, compared, planned and moved one slot
 * at a time.
 * <p>
 * <b>Guarantee.</b> The slot of a key is the low ten bits of the XXH3-64 hash (seed 0) of
 * its UTF-8 bytes. It never changes: stored rows carry it, so golden vectors pin it. XXH3
 * passes SMHasher, so that the low bits alone are uniform. An adversary who chooses keys
 * can aim at one slot: XXH3 is not keyed.
 * <p>
 * <b>Cost.</b> Tens of nanoseconds for a key of some tens of bytes; no state.
 *
 * @see <a href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">xxHash
 * specification, XXH3</a>
 */
public final class Slots {

	/** How many slots there are. A power of two. */
	public static final int COUNT = 1024;

	private static final Hasher64 XXH3 = Hashing.xxh3_64();

	private Slots() {
	}

	/**
	 * The slot of a key.
	 * @param key any string; unpaired surrogates are hashed as {@code ?}
	 * @return a slot from 0 to {@value #COUNT} - 1
	 */
	public static int of(String key) {
		return (int) XXH3.hashBytesToLong(key.getBytes(StandardCharsets.UTF_8)) & (COUNT - 1);
	}

	static void check(int slot) {
		if (slot < 0 || slot >= COUNT) {
			throw new IllegalArgumentException("slot %d is not between 0 and %d".formatted(slot, COUNT - 1));
		}
	}

}
