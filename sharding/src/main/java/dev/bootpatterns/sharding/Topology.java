package dev.bootpatterns.sharding;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which shard owns which slot, under an epoch.
 * <p>
 * A topology is immutable. Each change makes a new one with a higher epoch, so that two
 * parties can tell who is behind by comparing a number: a shard that is asked for a slot
 * that it does not own answers with its epoch, and a router whose epoch is lower fetches
 * the newer topology. Every slot always has exactly one owner; a shard may own none.
 */
public final class Topology {

	private final long epoch;

	private final int[] shardBySlot;

	private final List<SlotSet> slotsByShard;

	private Topology(long epoch, int shards, int[] shardBySlot) {
		this.epoch = epoch;
		this.shardBySlot = shardBySlot;
		this.slotsByShard = IntStream.range(0, shards)
			.mapToObj(
					(shard) -> SlotSet.of(IntStream.range(0, Slots.COUNT).filter((slot) -> shardBySlot[slot] == shard)))
			.toList();
	}

	/**
	 * The topology that a system starts with: contiguous runs of slots whose sizes differ
	 * by one at most. Slots are hashes, so a contiguous run is as good a sample of the
	 * keys as any other, and it reads well.
	 * @param shards the number of shards, 1 to {@link Slots#COUNT}
	 * @return a topology with epoch 1
	 */
	public static Topology balanced(int shards) {
		if (shards < 1 || shards > Slots.COUNT) {
			throw new IllegalArgumentException(
					"%d shards: there must be between 1 and %d".formatted(shards, Slots.COUNT));
		}
		return new Topology(1, shards,
				IntStream.range(0, Slots.COUNT).map((slot) -> slot * shards / Slots.COUNT).toArray());
	}

	/**
	 * Reads the form that travels.
	 * @param document the form that travels
	 * @return the topology
	 * @throws IllegalArgumentException if a slot has no owner, or two, or the shards are
	 * not numbered from 0
	 */
	public static Topology of(TopologyDocument document) {
		int[] shardBySlot = new int[Slots.COUNT];
		Arrays.fill(shardBySlot, -1);
		if (document.shards().isEmpty()) {
			throw new IllegalArgumentException("a topology needs a shard");
		}
		for (int i = 0; i < document.shards().size(); i++) {
			TopologyDocument.Shard shard = document.shards().get(i);
			if (shard.shard() != i) {
				throw new IllegalArgumentException("shard %d stands at position %d".formatted(shard.shard(), i));
			}
			SlotSet.parse(shard.slots()).stream().forEach((slot) -> {
				if (shardBySlot[slot] >= 0) {
					throw new IllegalArgumentException("slot %d belongs to the shards %d and %d".formatted(slot,
							shardBySlot[slot], shard.shard()));
				}
				shardBySlot[slot] = shard.shard();
			});
		}
		for (int slot = 0; slot < shardBySlot.length; slot++) {
			if (shardBySlot[slot] < 0) {
				throw new IllegalArgumentException("slot %d belongs to no shard".formatted(slot));
			}
		}
		return new Topology(document.epoch(), document.shards().size(), shardBySlot);
	}

	/**
	 * The form that travels.
	 * @return epoch and slots by shard
	 */
	public TopologyDocument toDocument() {
		return new TopologyDocument(this.epoch,
				IntStream.range(0, shards())
					.mapToObj((shard) -> new TopologyDocument.Shard(shard, slotsOf(shard).toString()))
					.toList());
	}

	/**
	 * The epoch: higher is newer.
	 * @return the epoch
	 */
	public long epoch() {
		return this.epoch;
	}

	/**
	 * How many shards there are, numbered from 0.
	 * @return their number
	 */
	public int shards() {
		return this.slotsByShard.size();
	}

	/**
	 * The shard that owns a key's slot.
	 * @param key the key
	 * @return the shard
	 */
	public int shardOf(String key) {
		return this.shardBySlot[Slots.of(key)];
	}

	/**
	 * The shard that owns a slot.
	 * @param slot the slot, 0 to {@link Slots#COUNT} - 1
	 * @return the shard
	 */
	public int shardOf(int slot) {
		return this.shardBySlot[slot];
	}

	/**
	 * The slots that a shard owns.
	 * @param shard the shard
	 * @return its slots; none if the topology does not have the shard
	 */
	public SlotSet slotsOf(int shard) {
		return (shard < shards()) ? this.slotsByShard.get(shard) : SlotSet.EMPTY;
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof Topology that && this.epoch == that.epoch && shards() == that.shards()
				&& Arrays.equals(this.shardBySlot, that.shardBySlot);
	}

	@Override
	public int hashCode() {
		return Long.hashCode(this.epoch) * 31 + Arrays.hashCode(this.shardBySlot);
	}

	@Override
	public String toString() {
		return "epoch " + this.epoch + ", slots by shard " + this.slotsByShard;
	}

}
