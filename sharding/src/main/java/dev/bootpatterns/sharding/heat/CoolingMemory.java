package dev.bootpatterns.sharding.heat;

import java.util.Map;
import java.util.Set;

/**
 * What {@link Cooling} has to know of the periods before. A plan carries the memory that
 * holds once it has been applied; whoever does not apply it keeps the old one. It is
 * small and can be stored; one who starts without it may move a slot too early, once.
 *
 * @param period how many periods there were
 * @param movedIn in which period a slot moved last, of those that still rest
 * @param cooling the shards that were above the start and have not come below the stop
 */
public record CoolingMemory(long period, Map<Integer, Long> movedIn, Set<Integer> cooling) {

	/** Of somebody who begins. */
	public static final CoolingMemory NONE = new CoolingMemory(0, Map.of(), Set.of());

	public CoolingMemory {
		movedIn = Map.copyOf(movedIn);
		cooling = Set.copyOf(cooling);
	}
}
