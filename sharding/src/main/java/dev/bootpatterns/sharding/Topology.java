package dev.bootpatterns.sharding;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
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
		checkShards(shards);
		return new Topology(1, shards,
				IntStream.range(0, Slots.COUNT).map((slot) -> slot * shards / Slots.COUNT).toArray());
	}

	private static void checkShards(int shards) {
		if (shards < 1 || shards > Slots.COUNT) {
			throw new IllegalArgumentException(
					"%d shards: there must be between 1 and %d".formatted(shards, Slots.COUNT));
		}
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
	 * The topology that follows this one when there shall be another number of shards.
	 * Afterwards the shards' sizes differ by one at most, and no more slots move than
	 * that takes: from 3 shards to 4 a quarter of them, all to the new shard; nothing
	 * between those that stay unless they were uneven before. Equal input gives an equal
	 * result.
	 * @param epoch its epoch, higher than this one's
	 * @param shards the number of shards, 1 to {@link Slots#COUNT}; those from this
	 * number on lose all
	 * @return the topology
	 */
	public Topology resharded(long epoch, int shards) {
		checkShards(shards);
		int[] targets = targets(shards);
		int[] next = this.shardBySlot.clone();
		int[] sizes = new int[shards];
		Deque<Integer> surplus = new ArrayDeque<>();
		for (int slot = 0; slot < next.length; slot++) {
			int shard = next[slot];
			if (shard < shards && sizes[shard] < targets[shard]) {
				sizes[shard]++;
			}
			else {
				surplus.add(slot);
			}
		}
		for (int shard = 0; shard < shards; shard++) {
			for (; sizes[shard] < targets[shard]; sizes[shard]++) {
				next[surplus.remove()] = shard;
			}
		}
		return follow(epoch, shards, next);
	}

	/** What does not divide evenly stays with the shards that have most. */
	private int[] targets(int shards) {
		int[] targets = new int[shards];
		Arrays.fill(targets, Slots.COUNT / shards);
		IntStream.range(0, shards)
			.boxed()
			.sorted(Comparator.comparingInt((Integer shard) -> -slotsOf(shard).size()))
			.limit(Slots.COUNT % shards)
			.forEach((shard) -> targets[shard]++);
		return targets;
	}

	private Topology follow(long epoch, int shards, int[] next) {
		if (epoch <= this.epoch) {
			throw new IllegalArgumentException("epoch %d does not follow %d".formatted(epoch, this.epoch));
		}
		return new Topology(epoch, shards, next);
	}

	/**
	 * What has to move for another topology to be in force.
	 * @param target the other topology
	 * @return the moves, by giving and then by receiving shard; none if every slot stays
	 */
	public List<SlotMove> movesTo(Topology target) {
		return IntStream.range(0, shards()).boxed().flatMap((from) -> {
			SlotSet given = slotsOf(from);
			return IntStream.range(0, target.shards())
				.filter((to) -> to != from)
				.mapToObj((to) -> new SlotMove(from, to, given.and(target.slotsOf(to))));
		}).filter((move) -> move.slots().size() > 0).toList();
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
