package dev.bootpatterns.sharding.fanout;

import java.util.SplittableRandom;

/**
 * A distribution as a table, from which millions of latencies are drawn.
 * <p>
 * The maximum of many calls is decided by the last hundredths and thousandths of their
 * distribution, so the cells are not of equal width: each power of two of what is left
 * above (1 to 1/2, 1/2 to 1/4, …, down to 2<sup>-{@value #OCTAVES}</sup>) has
 * {@value #CELLS}. A cell stands for the quantile in its middle. So a quantile q is right
 * to (1 - q) / 512, wherever it is; {@value #CELLS} cells of equal width would not tell
 * the p99.9 from the p99.99.
 */
final class Quantiles implements LatencyDistribution {

	private static final int OCTAVES = 24;

	private static final int CELLS = 256;

	/** Of a double's 52 bits of fraction all but the eight that number the cells. */
	private static final int SHIFT = 52 - 8;

	private static final long ONE = Double.doubleToRawLongBits(1) >> SHIFT;

	private final double[] nanos = new double[OCTAVES * CELLS + 1];

	private Quantiles(LatencyDistribution distribution) {
		double previous = 0;
		for (int cell = 0; cell < this.nanos.length; cell++) {
			double middle = Double.longBitsToDouble(((ONE - cell) << SHIFT) | (1L << (SHIFT - 1)));
			double quantile = Math.max(0, 1 - middle);
			double value = distribution.nanos(quantile);
			if (!(value >= previous && value < Double.POSITIVE_INFINITY)) {
				throw new IllegalArgumentException(
						"quantile %s is %s ns, and a lower one %s ns".formatted(quantile, value, previous));
			}
			this.nanos[cell] = value;
			previous = value;
		}
	}

	static Quantiles of(LatencyDistribution distribution) {
		return (distribution instanceof Quantiles table) ? table : new Quantiles(distribution);
	}

	@Override
	public double nanos(double quantile) {
		return left(1 - quantile);
	}

	double draw(SplittableRandom random) {
		return left(1 - random.nextDouble());
	}

	/** By what is left above: more than 0, at most 1. */
	private double left(double left) {
		long cell = ONE - (Double.doubleToRawLongBits(left) >> SHIFT);
		return this.nanos[(int) Math.min(cell, this.nanos.length - 1)];
	}

}
