package dev.bootpatterns.owner.topology;

import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

import dev.bootpatterns.sharding.SlotSet;
import dev.bootpatterns.sharding.Topology;

/**
 * What a change would move, and how the shards would stand before and after.
 *
 * @param epoch the topology in force, that it begins from
 * @param shards how many there are and would be
 * @param slots how many slots move
 * @param keys how many documents move
 * @param bytes their bytes as the database stores them
 * @param moves from which shard to which
 * @param loads each shard's part
 * @param skew the largest shard's documents, as a multiple of the mean
 */
record TopologyPlan(long epoch, Change<Integer> shards, int slots, long keys, long bytes, List<Move> moves,
		List<Load> loads, Change<Double> skew) {

	static TopologyPlan of(Topology source, Topology target, Shards.SlotSizes sizes) {
		List<Move> moves = source.movesTo(target)
			.stream()
			.map((move) -> new Move(move.from(), move.to(), move.slots().size(), sum(move.slots(), sizes.keys()),
					sum(move.slots(), sizes.bytes())))
			.toList();
		List<Load> loads = IntStream.range(0, Math.max(source.shards(), target.shards()))
			.mapToObj((shard) -> load(shard, source.slotsOf(shard), target.slotsOf(shard), sizes))
			.toList();
		return new TopologyPlan(source.epoch(), new Change<>(source.shards(), target.shards()),
				moves.stream().mapToInt(Move::slots).sum(), moves.stream().mapToLong(Move::keys).sum(),
				moves.stream().mapToLong(Move::bytes).sum(), moves, loads, new Change<>(
						skew(loads, Load::keysBefore, source.shards()), skew(loads, Load::keysAfter, target.shards())));
	}

	private static Load load(int shard, SlotSet before, SlotSet after, Shards.SlotSizes sizes) {
		return new Load(shard, before.size(), after.size(), sum(before, sizes.keys()), sum(after, sizes.keys()),
				sum(before, sizes.bytes()), sum(after, sizes.bytes()));
	}

	private static long sum(SlotSet slots, long[] bySlot) {
		return slots.stream().mapToLong((slot) -> bySlot[slot]).sum();
	}

	private static double skew(List<Load> loads, ToLongFunction<Load> part, int shards) {
		var statistics = loads.stream().mapToLong(part).summaryStatistics();
		return (statistics.getSum() == 0) ? 1
				: Math.round(1000.0 * statistics.getMax() * shards / statistics.getSum()) / 1000.0;
	}

	/**
	 * A value before the change and after.
	 *
	 * @param <T> the type of the value
	 * @param before now
	 * @param after then
	 */
	record Change<T>(T before, T after) {
	}

	/**
	 * What goes from one shard to another.
	 *
	 * @param from the shard that gives
	 * @param to the shard that receives
	 * @param slots how many slots
	 * @param keys how many documents
	 * @param bytes their bytes
	 */
	record Move(int from, int to, int slots, long keys, long bytes) {
	}

	/**
	 * What a shard has and would have.
	 *
	 * @param shard the shard
	 * @param slotsBefore slots now
	 * @param slotsAfter slots then
	 * @param keysBefore documents now
	 * @param keysAfter documents then
	 * @param bytesBefore bytes now
	 * @param bytesAfter bytes then
	 */
	record Load(int shard, int slotsBefore, int slotsAfter, long keysBefore, long keysAfter, long bytesBefore,
			long bytesAfter) {
	}

}
