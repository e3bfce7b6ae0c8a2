package dev.bootpatterns.shard.topology;

import dev.bootpatterns.sharding.SlotSet;

/**
 * What this replica has.
 */
public interface LoadedSlots {

	/**
	 * The slots that searches find.
	 * @return the slots, all of whose documents were loaded
	 */
	SlotSet loaded();

}
