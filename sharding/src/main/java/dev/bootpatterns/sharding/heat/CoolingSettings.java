package dev.bootpatterns.sharding.heat;

/**
 * When and how much {@link Cooling} moves. Loads are multiples of the mean load of a
 * shard.
 *
 * @param start a shard whose load is above this begins to be cooled
 * @param stop it is cooled until its load is not above this; a move makes another shard
 * hotter than this only if it relieves much
 * @param movesPerPeriod how many slots move in one period at most
 * @param restPeriods for how many periods a slot that moved stays where it is
 * @param minGain a move that relieves by less is not worth it
 * @param minRatePerShard below this mean rate, in requests per second, loads are chance
 * and nothing moves. With {@link SlotRates} of half-life h, some {@code 2.9 · h · rate}
 * requests stand behind a shard's load
 */
public record CoolingSettings(double start, double stop, int movesPerPeriod, int restPeriods, double minGain,
		double minRatePerShard) {

	/**
	 * 1.3, 1.1, 8 moves a period, 10 periods of rest, 0.001, 10 requests per second: with
	 * a half-life of 10 s, chance moves a load by 6 % (one standard deviation).
	 */
	public static final CoolingSettings DEFAULTS = new CoolingSettings(1.3, 1.1, 8, 10, 0.001, 10);

	public CoolingSettings {
		if (!(start > stop && stop > 1)) {
			throw new IllegalArgumentException("start %s, stop %s: start > stop > 1 is needed".formatted(start, stop));
		}
		if (movesPerPeriod < 1 || restPeriods < 0) {
			throw new IllegalArgumentException(
					"%d moves a period, %d periods of rest".formatted(movesPerPeriod, restPeriods));
		}
		if (!(minGain > 0 && minRatePerShard >= 0)) {
			throw new IllegalArgumentException(
					"min. gain %s must be positive, min. rate %s not negative".formatted(minGain, minRatePerShard));
		}
	}
}
