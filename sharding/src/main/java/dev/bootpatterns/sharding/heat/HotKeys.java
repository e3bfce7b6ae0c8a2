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
		return over(share, share, Set.of());
	}

	/**
	 * The keys to treat as hot, with hysteresis: a key near a single limit would become
	 * hot and cold in turn, and each change is a change of its shard's load.
	 * @param enter a key becomes hot when it certainly gets more than this share
	 * @param stay a key that is hot remains so while it may get more than this share
	 * @param before the keys that are hot
	 * @return the keys that are hot now
	 */
	public Set<String> over(double enter, double stay, Set<String> before) {
		return this.keys.stream()
			.filter((key) -> key.count() - key.error() > enter * this.total
					|| (before.contains(key.key()) && key.count() > stay * this.total))
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
