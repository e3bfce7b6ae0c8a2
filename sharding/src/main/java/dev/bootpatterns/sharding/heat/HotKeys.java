package dev.bootpatterns.sharding.heat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The keys that are asked for most, as {@link SpaceSaving} sees them.
 *
 * @param keys the keys, hottest first
 * @param total how many requests were counted, weighted by age
 * @param dropped how many requests since the beginning were not counted, because every
 * stripe was in use
 */
public record HotKeys(List<HotKey> keys, double total, long dropped) {

	public HotKeys {
		keys = List.copyOf(keys);
	}

	/**
	 * The keys that certainly get more than a share of all requests.
	 * @param share from 0 to 1
	 * @return the keys
	 */
	public Set<String> over(double share) {
		return this.keys.stream()
			.filter((key) -> key.count() - key.error() > share * this.total)
			.map(HotKey::key)
			.collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * A key and its heat. It was there {@code count} times at most and
	 * {@code count - error} times at least.
	 *
	 * @param key the key, shortened if it is long
	 * @param count requests, weighted by age: an upper bound
	 * @param error by how much the count may be too high
	 * @param share count by total: times the rate of all requests, the key's rate
	 */
	public record HotKey(String key, double count, double error, double share) {
	}

}
