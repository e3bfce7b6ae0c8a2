package dev.bootpatterns.sharding.fanout;

/**
 * When a second replica is asked, too.
 *
 * @param quantile a call that takes longer than this quantile of its distribution is
 * hedged; from 0 to below 1
 * @param budget hedges for each call, over time: 0.05 is one in twenty, 0 is none at all;
 * to 1
 */
public record Hedging(double quantile, double budget) {

	/** After the p95, for one call in twenty: what is later than p95 is just that. */
	public static final Hedging DEFAULTS = new Hedging(0.95, 0.05);

	public Hedging {
		if (!(quantile >= 0 && quantile < 1)) {
			throw new IllegalArgumentException("quantile %s: 0 to below 1 is needed".formatted(quantile));
		}
		if (!(budget >= 0 && budget <= 1)) {
			throw new IllegalArgumentException("budget %s: 0 to 1 is needed".formatted(budget));
		}
	}
}
