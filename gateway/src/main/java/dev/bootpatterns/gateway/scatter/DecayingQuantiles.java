package dev.bootpatterns.gateway.scatter;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;

import dev.bootpatterns.sharding.fanout.LatencyDistribution;

/**
 * Quantiles of a stream of times, of which the recent ones count more.
 * <p>
 * <b>Guarantee.</b> A quantile that it tells is one of the true (weighted) distribution,
 * off by at most {@value #PERCENT_OFF} % of its value, for times from 1 µs to two
 * minutes; shorter and longer ones count as those. A time that is one half-life old
 * weighs half of a new one.
 * <p>
 * <b>How.</b> A histogram with buckets that grow geometrically, as DDSketch has them, so
 * that the error is relative: 10 µs matter where a call takes 1 ms. Decay is forward:
 * nothing is aged, but what is added weighs more the later it comes, and all weights are
 * divided when they get large.
 * <p>
 * <b>Cost.</b> About {@value #BUCKETS} numbers, whatever it has seen; a logarithm to
 * record, one pass over the buckets to ask.
 * <p>
 * <b>Trade-off.</b> A quantile is as old as its half-life: after a change the p95 is the
 * old one for some calls more. A shorter half-life reacts sooner and is of fewer samples.
 * <p>
 * References: C. Masson, J. E. Rim, H. K. Lee, <i>DDSketch</i>, PVLDB 12(12), 2019; G.
 * Cormode et al., <i>Forward Decay</i>, ICDE 2009.
 */
final class DecayingQuantiles {

	private static final int PERCENT_OFF = 2;

	private static final double GAMMA = (1 + PERCENT_OFF / 100.0) / (1 - PERCENT_OFF / 100.0);

	private static final double LOG_GAMMA = Math.log(GAMMA);

	private static final double LEAST_NANOS = 1_000;

	/** 1 µs × GAMMA to this power is two minutes. */
	private static final int BUCKETS = 466;

	/** Far from where a double loses what is added to it. */
	private static final double MAX_HALF_LIVES = 30;

	private final double halfLifeNanos;

	private final LongSupplier ticker;

	private final double[] weights = new double[BUCKETS];

	/** When a sample weighed 1. */
	private long landmark;

	private double total;

	/**
	 * Starts empty.
	 * @param halfLife after this time a sample weighs half
	 * @param ticker nanoseconds, from any beginning
	 */
	DecayingQuantiles(Duration halfLife, LongSupplier ticker) {
		this.halfLifeNanos = halfLife.toNanos();
		this.ticker = ticker;
		this.landmark = ticker.getAsLong();
	}

	synchronized void record(long nanos) {
		double weight = weightNow();
		this.weights[bucket(nanos)] += weight;
		this.total += weight;
	}

	/** The weight of a sample that comes now, against those that are there. */
	private double weightNow() {
		double halfLives = (this.ticker.getAsLong() - this.landmark) / this.halfLifeNanos;
		if (halfLives > MAX_HALF_LIVES) {
			double factor = Math.pow(2, -halfLives);
			Arrays.setAll(this.weights, (i) -> this.weights[i] * factor);
			this.total *= factor;
			this.landmark = this.ticker.getAsLong();
			return 1;
		}
		return Math.pow(2, Math.max(0, halfLives));
	}

	private static int bucket(long nanos) {
		double steps = Math.log(Math.max(LEAST_NANOS, (double) nanos) / LEAST_NANOS) / LOG_GAMMA;
		return Math.min(BUCKETS - 1, (int) Math.ceil(steps));
	}

	/**
	 * A quantile now.
	 * @param share 0 to 1: 0.95 is the p95
	 * @return nanoseconds, or not a number if nothing was recorded
	 */
	synchronized double nanos(double share) {
		return nanos(this.weights, this.total, share);
	}

	private static double nanos(double[] weights, double total, double share) {
		if (total <= 0) {
			return Double.NaN;
		}
		double left = share * total;
		int last = 0;
		for (int bucket = 0; bucket < BUCKETS; bucket++) {
			if (weights[bucket] > 0) {
				last = bucket;
				left -= weights[bucket];
				if (left < 0) {
					break;
				}
			}
		}
		// The middle of the bucket, by relative error.
		return LEAST_NANOS * 2 * Math.pow(GAMMA, last) / (1 + GAMMA);
	}

	/**
	 * All quantiles as they are now.
	 * @return what does not change any more
	 */
	synchronized LatencyDistribution snapshot() {
		double[] copy = this.weights.clone();
		double sum = this.total;
		return (quantile) -> nanos(copy, sum, quantile);
	}

	/** How many samples of now those that are there weigh. */
	synchronized double samples() {
		double weight = weightNow();
		return this.total / weight;
	}

}
