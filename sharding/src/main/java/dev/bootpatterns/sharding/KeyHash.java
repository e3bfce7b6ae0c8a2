package dev.bootpatterns.sharding;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

/**
 * The hash under all functions that are free to choose one: XXH3-64, seed 0, of the key's
 * UTF-16 code units, low byte first.
 * <p>
 * Not of its UTF-8 bytes, as {@link Slots} does: a string has its code units already, so
 * that a lookup allocates nothing. An adversary who chooses keys can aim at one shard:
 * XXH3 is not keyed.
 */
final class KeyHash {

	private static final Hasher64 XXH3 = Hashing.xxh3_64();

	private KeyHash() {
	}

	static long of(String key) {
		return XXH3.hashCharsToLong(key);
	}

	/** A hash of two hashes, as good as that of the two texts together. */
	static long of(long first, long second) {
		return XXH3.hashLongLongToLong(first, second);
	}

	/** Reduces a hash to 0 to {@code count} - 1; what that favours is below 2^-32. */
	static int modulo(long hash, int count) {
		return (int) Long.remainderUnsigned(hash, count);
	}

}
