package dev.bootpatterns.sharding.fanout;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * How long a root waits, in nanoseconds.
 *
 * @param p50 the median
 * @param p99 what one root in a hundred exceeds
 * @param p999 what one in a thousand exceeds; {@code null} if too few roots were drawn to
 * tell
 */
public record RootLatency(double p50, double p99, @Nullable Double p999) {

	/** A quantile is not told by fewer values beyond it. */
	private static final int BEYOND = 10;

	static RootLatency of(double[] nanos) {
		double[] sorted = nanos.clone();
		Arrays.sort(sorted);
		return new RootLatency(quantile(sorted, 0.5), quantile(sorted, 0.99),
				(sorted.length >= 1000 * BEYOND) ? (Double) quantile(sorted, 0.999) : null);
	}

	/** The least value that this part of all does not exceed. */
	private static double quantile(double[] sorted, double quantile) {
		return sorted[(int) Math.ceil(quantile * sorted.length) - 1];
	}
}
