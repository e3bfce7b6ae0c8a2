package dev.bootpatterns.sharding;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which shard owns which slot, under an epoch.
 * <p>
 * A topology is immutable. Each change makes a new one with a higher epoch, so that two
 * parties can tell who is behind by comparing a number: a shard that is asked for a slot
 * that it does not own answers with its epoch, and a router whose epoch is lower fetches
 * the newer topology. Every slot always has exactly one owner; a shard may own none.
 * <p>
 * <b>Guarantee.</b> As a sharding function it is as uniform as 1024 can be divided: ten
 * shards have 102 or 103 slots each. What moves when shards come or go, in any order, is
 * what the next topology was planned to move: {@linkplain #rebalanced a balanced one}
 * moves no more than the shares of those that gain. The price is that a topology is
 * state: it has to be stored and handed round, while a function of a list is just
 * computed. Two balanced ones that were each made from nothing agree on much less.
 * <p>
 * <b>Cost.</b> One hash of the key's UTF-8 bytes, which are allocated, and one read of a
 * table of 4 KiB.
 * <p>
 * <b>Choose it</b> for data that has to be copied before it can be served elsewhere:
 * slots can be listed, counted, moved one by one, and told apart from all others in a
 * database row.
 */
public final class Topology implements ShardingFunction {

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

	/**
	 * The next topology, in which shards own slots in proportion to these weights, and
	 * the fewest slots change hands.
	 * @param weights by shard: equal ones to balance, fewer or more than now to remove
	 * shards at the end or add them, 0 to empty a shard
	 * @return a topology with the next epoch
	 */
	public Topology rebalanced(int... weights) {
		checkShards(weights.length);
		int[] room = shares(weights);
		int[] next = new int[Slots.COUNT];
		for (int slot = 0; slot < Slots.COUNT; slot++) {
			int owner = this.shardBySlot[slot];
			boolean stays = owner < weights.length && room[owner]-- > 0;
			next[slot] = stays ? owner : -1;
		}
		int taker = 0;
		for (int slot = 0; slot < Slots.COUNT; slot++) {
			if (next[slot] < 0) {
				while (room[taker] <= 0) {
					taker++;
				}
				next[slot] = taker;
				room[taker]--;
			}
		}
		return new Topology(this.epoch + 1, weights.length, next);
	}

	/**
	 * How many slots each is to have: its proportion rounded down, and one of those that
	 * are left for the largest remainders; among equal ones for who has more now, which
	 * saves a move.
	 */
	private int[] shares(int[] weights) {
		long sum = 0;
		for (int weight : weights) {
			if (weight < 0) {
				throw new IllegalArgumentException("the weight %d is negative".formatted(weight));
			}
			sum += weight;
		}
		if (sum == 0) {
			throw new IllegalArgumentException("no shard has a weight above 0");
		}
		long total = sum;
		int[] shares = IntStream.of(weights).map((weight) -> (int) (Slots.COUNT * (long) weight / total)).toArray();
		IntStream.range(0, weights.length)
			.boxed()
			.sorted(Comparator.comparingLong((Integer shard) -> -(Slots.COUNT * (long) weights[shard] % total))
				.thenComparingInt((shard) -> -slotsOf(shard).size()))
			.limit(Slots.COUNT - IntStream.of(shares).sum())
			.forEach((shard) -> shares[shard]++);
		return shares;
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
	 * The topology that follows this one when there shall be another number of shards:
	 * {@linkplain #rebalanced balanced}, so that from 3 shards to 4 a quarter of the
	 * slots moves, all of it to the new shard.
	 * @param epoch its epoch, higher than this one's
	 * @param shards the number of shards, 1 to {@link Slots#COUNT}; those from this
	 * number on lose all
	 * @return the topology
	 */
	public Topology resharded(long epoch, int shards) {
		checkShards(shards);
		int[] equal = new int[shards];
		Arrays.fill(equal, 1);
		return following(epoch, shards, rebalanced(equal).shardBySlot);
	}

	/**
	 * The topology that follows this one when single slots change their shards.
	 * @param epoch its epoch, higher than this one's
	 * @param shardBySlot the shards of the slots that move
	 * @return the topology, of as many shards
	 */
	public Topology moved(long epoch, Map<Integer, Integer> shardBySlot) {
		int[] next = this.shardBySlot.clone();
		shardBySlot.forEach((slot, shard) -> {
			Slots.check(slot);
			if (shard < 0 || shard >= shards()) {
				throw new IllegalArgumentException("shard %d is not between 0 and %d".formatted(shard, shards() - 1));
			}
			next[slot] = shard;
		});
		return following(epoch, shards(), next);
	}

	private Topology following(long epoch, int shards, int[] next) {
		if (epoch <= this.epoch) {
			throw new IllegalArgumentException("epoch %d does not follow %d".formatted(epoch, this.epoch));
		}
		return new Topology(epoch, shards, next);
	}

	private static void checkShards(int shards) {
		if (shards < 1 || shards > Slots.COUNT) {
			throw new IllegalArgumentException(
					"%d shards: there must be between 1 and %d".formatted(shards, Slots.COUNT));
		}
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

	@Override
	public int shards() {
		return this.slotsByShard.size();
	}

	@Override
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
