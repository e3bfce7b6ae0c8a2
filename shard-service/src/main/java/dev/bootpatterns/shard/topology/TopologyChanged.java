package dev.bootpatterns.shard.topology;

import dev.bootpatterns.sharding.SlotSet;

/**
 * A newer topology is in force.
 *
 * @param epoch its epoch
 * @param ownSlots the slots that this replica now serves
 */
public record TopologyChanged(long epoch, SlotSet ownSlots) {
}
