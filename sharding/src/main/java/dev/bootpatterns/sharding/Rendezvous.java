package dev.bootpatterns.sharding;

import java.util.List;

/**
 * Rendezvous hashing (highest random weight): every backend draws a lot for the key, the
 * best lot wins.
 * <p>
 * <b>Weights.</b> The lot is {@code -w / ln(u)}, where u is a hash of key and name as a
 * number between 0 and 1. {@code -ln(u) / w} is exponentially distributed with rate w,
 * and the smallest of such is backend i's with probability w(i) / sum(w), exactly.
 * <p>
 * <b>Guarantee.</b> As uniform as the hash, in proportion to weights. Backends that come
 * or go, in any order, move only their own keys, and so does a change of weight: a
 * backend's lots depend on nothing but the key and itself. The order of the list does not
 * matter.
 * <p>
 * <b>Cost.</b> Time grows with the number of backends: one hash each, and a logarithm
 * each where weights differ (with equal ones the largest u wins anyway). It is
 * {@link StrictMath}'s, because {@link Math}'s last bit may differ between JVMs. Two
 * numbers for each backend; nothing is allocated.
 * <p>
 * <b>Choose it</b> for up to some tens of backends: it has no weak point but time.
 *
 * @see <a href="https://doi.org/10.1109/90.663936">Thaler and Ravishankar, Using
 * Name-Based Mappings to Increase Hit Rates, 1998</a>
 * @see <a href="https://doi.org/10.1145/1073970.1074008">Schindelhauer and Schomaker,
 * Weighted Distributed Hash Tables, SPAA 2005: the logarithmic method</a>
 */
final class Rendezvous implements ShardingFunction {

	private final long[] names;

	private final int[] weights;

	private final boolean weighted;

	Rendezvous(List<Backend> backends) {
		this.names = backends.stream().mapToLong((backend) -> KeyHash.of(backend.name())).toArray();
		this.weights = backends.stream().mapToInt(Backend::weight).toArray();
		this.weighted = backends.stream()
			.mapToInt(Backend::weight)
			.filter((weight) -> weight > 0)
			.distinct()
			.count() > 1;
	}

	@Override
	public int shardOf(String key) {
		long hash = KeyHash.of(key);
		int best = -1;
		double bestLot = 0;
		long bestDraw = 0;
		for (int shard = 0; shard < this.names.length; shard++) {
			if (this.weights[shard] > 0) {
				long draw = KeyHash.of(hash, this.names[shard]) >>> 12;
				double lot = this.weighted ? lot(draw, this.weights[shard]) : draw;
				// Rounding may make two lots equal; the draws decide as they would have.
				if (best < 0 || lot > bestLot || (lot == bestLot && draw > bestDraw)) {
					best = shard;
					bestLot = lot;
					bestDraw = draw;
				}
			}
		}
		return best;
	}

	/** 52 bits and a half: a double holds it exactly, and u is neither 0 nor 1. */
	private static double lot(long draw, int weight) {
		return weight / -StrictMath.log((draw + 0.5) * 0x1p-52);
	}

	@Override
	public int shards() {
		return this.names.length;
	}

}
