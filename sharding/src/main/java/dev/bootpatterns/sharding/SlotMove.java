package dev.bootpatterns.sharding;

/**
 * Slots that go from one shard to another.
 *
 * @param from the shard that gives them
 * @param to the shard that receives them
 * @param slots the slots, at least one
 */
public record SlotMove(int from, int to, SlotSet slots) {
}
