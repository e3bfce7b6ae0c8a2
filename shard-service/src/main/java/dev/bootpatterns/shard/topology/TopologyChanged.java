package dev.bootpatterns.shard.topology;

import dev.bootpatterns.sharding.SlotSet;

/**
 * The topology changes or has changed.
 *
 * @param heldSlots the slots whose documents this replica is to have now
 */
public record TopologyChanged(SlotSet heldSlots) {
}
