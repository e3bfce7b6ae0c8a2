package dev.bootpatterns.sharding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/**
 * Consistent hashing on a ring, bit by bit as libketama does it.
 * <p>
 * <b>Idea.</b> Each backend has points on a ring of 2^32 positions, a key belongs to the
 * backend of the first point at or after its own position. A new backend takes the keys
 * just before its points, from everybody a little, and nothing else moves.
 * <p>
 * <b>Compatibility.</b> A backend of average weight has 160 points: the four
 * little-endian words of the MD5 of {@code name-0} to {@code name-39}; a key's position
 * is the first word of its MD5. The result is libketama's if names are its
 * {@code host:port}; libmemcached's (weighted ketama) and twemproxy's (with
 * {@code hash: md5}) if the port is left out of the name where it is 11211, or
 * twemproxy's own server names are used. The number of points is computed in libketama's
 * mix of 32 and 64 bit floats, whose rounding is part of the result: 61 equal backends
 * have 156 points each. Twemproxy rounds every step to 32 bits, and differs where that
 * does (25 equal backends).
 * <p>
 * <b>Guarantee.</b> With equal weights, backends that come or go in any order move only
 * their own keys. A change of weights changes the share of points of all, so that a few
 * keys move between the others too. 160 points are a small sample: shares differ by some
 * 10 % between equal backends, which is the price of the compatibility. A backend whose
 * weight is below a fortieth of the average has no point and gets no key.
 * <p>
 * <b>Cost.</b> One MD5, for which objects are allocated, and a binary search; 1280 bytes
 * for each backend.
 * <p>
 * <b>Choose it</b> to agree with clients and proxies that shard the same way already.
 *
 * @see <a href="https://github.com/RJ/ketama">libketama, R. Jones, Last.fm 2007</a>
 * @see <a href="https://doi.org/10.1145/258533.258660">Karger et al., Consistent Hashing
 * and Random Trees, STOC 1997</a>
 */
final class Ketama implements ShardingFunction {

	private static final VarHandle LITTLE_ENDIAN = MethodHandles.byteArrayViewVarHandle(int[].class,
			ByteOrder.LITTLE_ENDIAN);

	private static final double HASHES = 40;

	private static final int POINTS_OF_A_HASH = 4;

	/**
	 * Sorted: the position in the upper half, the shard in the lower. Positions are
	 * unsigned, so that the first bit is flipped to have them in order.
	 */
	private final long[] ring;

	private final int shards;

	Ketama(List<Backend> backends) {
		this.shards = backends.size();
		long total = backends.stream().mapToLong(Backend::weight).sum();
		long inService = backends.stream().filter((backend) -> backend.weight() > 0).count();
		long[] points = new long[(int) (inService * (long) HASHES * POINTS_OF_A_HASH)];
		int count = 0;
		for (int shard = 0; shard < this.shards; shard++) {
			Backend backend = backends.get(shard);
			int hashes = hashes(backend.weight(), total, inService);
			for (int hash = 0; hash < hashes; hash++) {
				byte[] digest = md5(backend.name() + "-" + hash);
				for (int word = 0; word < POINTS_OF_A_HASH; word++) {
					points[count++] = (position(digest, word) << 32 | shard) ^ Long.MIN_VALUE;
				}
			}
		}
		this.ring = Arrays.copyOf(points, count);
		Arrays.sort(this.ring);
	}

	private static int hashes(int weight, long total, long inService) {
		float share = (float) weight / (float) total;
		return (int) (float) (share * HASHES * inService);
	}

	@Override
	public int shardOf(String key) {
		return shardAt(pointOf(key));
	}

	@Override
	public int shards() {
		return this.shards;
	}

	/** The index of the point that a key belongs to. */
	int pointOf(String key) {
		int found = Arrays.binarySearch(this.ring, hash(key) << 32 ^ Long.MIN_VALUE);
		int point = (found < 0) ? -found - 1 : found;
		return (point < this.ring.length) ? point : 0;
	}

	int pointAfter(int point) {
		return (point + 1 < this.ring.length) ? point + 1 : 0;
	}

	int shardAt(int point) {
		return (int) this.ring[point];
	}

	long positionOf(int point) {
		return (this.ring[point] ^ Long.MIN_VALUE) >>> 32;
	}

	int points() {
		return this.ring.length;
	}

	/** The position of a key. */
	static long hash(String key) {
		return position(md5(key), 0);
	}

	private static long position(byte[] digest, int word) {
		return Integer.toUnsignedLong((int) LITTLE_ENDIAN.get(digest, word * Integer.BYTES));
	}

	private static byte[] md5(String text) {
		try {
			return MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("ketama needs MD5, which this JVM does not offer", ex);
		}
	}

}
