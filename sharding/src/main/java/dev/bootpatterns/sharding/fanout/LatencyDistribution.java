package dev.bootpatterns.sharding.fanout;

/**
 * How long one call takes, as its quantile function. A model asks for some 6,000
 * quantiles when it is made, and never again: it needs not be fast.
 */
@FunctionalInterface
public interface LatencyDistribution {

	/**
	 * The time within which this part of the calls is answered.
	 * @param quantile from 0 to below 1: 0.99 asks for the p99
	 * @return nanoseconds: finite, not negative, and not less than that of a lower
	 * quantile
	 */
	double nanos(double quantile);

}
