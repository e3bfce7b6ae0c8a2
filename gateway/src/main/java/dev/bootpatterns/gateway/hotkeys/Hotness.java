package dev.bootpatterns.gateway.hotkeys;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

import dev.bootpatterns.sharding.heat.HotKeys;
import dev.bootpatterns.sharding.heat.HotKeys.HotKey;
import dev.bootpatterns.sharding.heat.SpaceSaving;

/**
 * Which keys are hot. Every read is counted; now and then it is decided.
 * <p>
 * <b>Rate.</b> A count that halves with each half-life h stands, under r requests a
 * second, at r × h / ln 2: so a rate is a count. While a key warms up its count is below
 * that, and what the sketch cannot be sure of is taken off: a key that is called hot is.
 * <p>
 * <b>Cost.</b> A read is one count and one look into a set.
 */
final class Hotness {

	private static final int COUNTERS_PER_KEY = 5;

	private final SpaceSaving reads;

	private final double minCount;

	private final double minShare;

	private final int maxKeys;

	private volatile Set<String> hot = Set.of();

	private volatile double hottestShare;

	private volatile long dropped;

	Hotness(HotKeyProperties properties) {
		this.maxKeys = (int) Math.ceil(1 / properties.share());
		this.reads = new SpaceSaving(COUNTERS_PER_KEY * this.maxKeys, properties.halfLife());
		this.minCount = properties.rate() * properties.halfLife().toNanos() / 1e9 / Math.log(2);
		this.minShare = properties.share();
	}

	/**
	 * Counts a read.
	 * @param key its key
	 * @return whether the key is hot
	 */
	boolean isHot(String key) {
		if (key.length() > SpaceSaving.MAX_KEY_LENGTH) {
			return false;
		}
		this.reads.offer(key);
		return this.hot.contains(key);
	}

	/**
	 * Decides anew.
	 * @param elapsed since the last time
	 */
	void update(Duration elapsed) {
		this.reads.tick(elapsed);
		HotKeys now = this.reads.snapshot(this.maxKeys);
		double least = Math.max(this.minCount, this.minShare * now.total());
		this.hot = now.keys()
			.stream()
			.filter((key) -> key.count() - key.error() > least)
			.map(HotKey::key)
			.collect(Collectors.toUnmodifiableSet());
		this.hottestShare = now.keys().isEmpty() ? 0 : now.keys().getFirst().share();
		this.dropped = now.dropped();
	}

	int hotKeys() {
		return this.hot.size();
	}

	double hottestShare() {
		return this.hottestShare;
	}

	long dropped() {
		return this.dropped;
	}

}
