package dev.bootpatterns.sharding.fanout;

import java.util.SplittableRandom;

/**
 * Draws roots that ask N leaves at once and answer when the last leaf has.
 * <p>
 * <b>Why.</b> A root is as slow as its slowest leaf, so what is rare for a leaf is usual
 * for a root: if one call in a hundred is slow, a root of 100 leaves has a slow one in
 * {@code 1 - 0.99^100} = 63 % of its requests. The root's quantile q is the leaf's
 * quantile {@code q^(1/N)}: the p99 of 100 leaves is their p99.99. Without hedging that
 * closed form would do. With it there is none as simple, since whether a leaf may be
 * hedged depends on what the leaves before it took from the budget; so all is drawn
 * (Monte Carlo), and the closed form tests it.
 * <p>
 * <b>Model.</b> A leaf is the first draw. If that is later than the hedge's delay, there
 * is a second replica and the budget has a token, it is the earlier of the first draw and
 * the delay plus a second, independent draw. The budget is a token bucket: each call of a
 * leaf adds the share, each hedge takes one, at most {@value #MAX_TOKENS} are kept, none
 * is there at first. The root adds its own work: so much for each leaf.
 * <p>
 * <b>Guarantee.</b> The same result on every JVM: a fixed seed, a generator whose
 * sequence is specified, no function of {@link Math} that may differ. Hedges have a
 * generator of their own, so that with and without them the same first draws are
 * compared, and a hedged root is never slower. With n roots the p99 is the value of rank
 * 0.99 n ± √(0.0099 n) (one standard deviation): of 20,000 between the p98.93 and the
 * p99.07. The p99.9 is not told below 10,000.
 * <p>
 * <b>Cost.</b> O(leaves × roots) draws of some nanoseconds, 32 bytes a root.
 * <p>
 * <b>Leaves out.</b> Queueing: latency does not depend on load, so neither on what hedges
 * add nor on how many replicas share it; more than two replicas are as good as two.
 * Correlation: leaves, and a call and its hedge, are independent. A query that is dear
 * for each leaf, or a pause that stops all of them (one machine, one disk, one database),
 * makes a real root better than predicted for the same leaf latencies, because its
 * stragglers come together, and hedging worse, because the second replica is as slow.
 * Both are to be seen by comparing with what is measured.
 *
 * @see <a href="https://doi.org/10.1145/2408776.2408794">J. Dean, L. A. Barroso: The Tail
 * at Scale, Communications of the ACM 56(2), 2013</a>
 */
final class FanoutSimulation {

	private static final long SEED = 20130201;

	/** As the gateway's own budgets keep. */
	private static final int MAX_TOKENS = 50;

	private final Quantiles leaf;

	private final Hedging hedging;

	private final double workPerLeaf;

	private final int samples;

	/**
	 * Prepares it.
	 * @param leaf latency of one call
	 * @param hedging when a second replica is asked
	 * @param workPerLeaf the root's own work for each leaf, in nanoseconds
	 * @param samples how many roots are drawn
	 */
	FanoutSimulation(LatencyDistribution leaf, Hedging hedging, double workPerLeaf, int samples) {
		this.leaf = Quantiles.of(leaf);
		this.hedging = hedging;
		this.workPerLeaf = workPerLeaf;
		this.samples = samples;
	}

	/**
	 * Predicts by drawing.
	 * @param leaves how many each root asks
	 * @param replicas of each leaf; hedging needs two
	 * @return what the roots waited
	 */
	Prediction run(int leaves, int replicas) {
		Roots roots = draw(leaves, replicas);
		return new Prediction(leaves, replicas, RootLatency.of(roots.plain), RootLatency.of(roots.hedged),
				(double) roots.hedges / leaves / this.samples);
	}

	Roots draw(int leaves, int replicas) {
		SplittableRandom first = new SplittableRandom(SEED);
		SplittableRandom second = first.split();
		double delay = this.leaf.nanos(this.hedging.quantile());
		double share = (replicas > 1) ? this.hedging.budget() : 0;
		double tokens = 0;
		Roots roots = new Roots(this.samples);
		for (int root = 0; root < this.samples; root++) {
			double plain = 0;
			double hedged = 0;
			for (int i = 0; i < leaves; i++) {
				double latency = this.leaf.draw(first);
				plain = Math.max(plain, latency);
				tokens = Math.min(MAX_TOKENS, tokens + share);
				if (latency > delay && tokens >= 1) {
					tokens--;
					roots.hedges++;
					latency = Math.min(latency, delay + this.leaf.draw(second));
				}
				hedged = Math.max(hedged, latency);
			}
			roots.plain[root] = plain + leaves * this.workPerLeaf;
			roots.hedged[root] = hedged + leaves * this.workPerLeaf;
		}
		return roots;
	}

	/** What was drawn: how long each root waited, in nanoseconds. */
	static final class Roots {

		final double[] plain;

		/** The same roots, with hedging. */
		final double[] hedged;

		long hedges;

		Roots(int number) {
			this.plain = new double[number];
			this.hedged = new double[number];
		}

	}

}
