package dev.bootpatterns.sharding.heat;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

import dev.bootpatterns.sharding.heat.HotKeys.HotKey;

/**
 * What one stripe of {@link SpaceSaving} had counted at one moment.
 *
 * @param keys the counts by key
 * @param smallest how often a key that is not listed may have been there
 * @param total all that was counted
 */
record StripeView(Map<String, Count> keys, double smallest, double total) {

	static StripeView of(Counters counters) {
		return new StripeView(
				counters.counters()
					.collect(Collectors.toMap(Counters.Counter::key,
							(counter) -> new Count(counter.count(), counter.error()))),
				counters.smallest(), counters.total());
	}

	/**
	 * A key's counts in all stripes together: where it is not listed, it may have been
	 * there as often as the smallest that is.
	 */
	static HotKey sum(Collection<StripeView> views, String key, double total) {
		double count = 0;
		double error = 0;
		for (StripeView view : views) {
			Count part = view.keys.getOrDefault(key, new Count(view.smallest, view.smallest));
			count += part.count;
			error += part.error;
		}
		return new HotKey(key, count, error, count / total);
	}

	/**
	 * An upper bound, and by how much it may be too high.
	 *
	 * @param count the bound
	 * @param error its error
	 */
	record Count(double count, double error) {
	}

}
