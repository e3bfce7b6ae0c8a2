package dev.bootpatterns.sharding.heat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The loads of shards and slots while a plan is made, as multiples of the mean load of a
 * shard. A hot slot is one whose own load is above a limit, so that it heats whichever
 * shard has it; a shard's movable load is that of its other slots.
 */
final class Loads {

	private final double[] bySlot;

	private final double hotSlot;

	private final List<List<Integer>> slotsByShard;

	private final double[] byShard;

	private final double[] movable;

	Loads(int shards, int[] shardBySlot, double[] rates, double mean, double hotSlot) {
		this.bySlot = Arrays.stream(rates).map((rate) -> (mean > 0) ? rate / mean : 0).toArray();
		this.hotSlot = hotSlot;
		this.slotsByShard = IntStream.range(0, shards).<List<Integer>>mapToObj((shard) -> new ArrayList<>()).toList();
		for (int slot = 0; slot < shardBySlot.length; slot++) {
			this.slotsByShard.get(shardBySlot[slot]).add(slot);
		}
		this.byShard = new double[shards];
		this.movable = new double[shards];
		IntStream.range(0, shards).forEach(this::sum);
	}

	static void check(double[] values, String what) {
		for (double value : values) {
			if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
				throw new IllegalArgumentException("%s %s is not a number from 0 on".formatted(what, value));
			}
		}
	}

	/** Anew for each change, so that rounding does not add up. */
	private void sum(int shard) {
		List<Integer> slots = this.slotsByShard.get(shard);
		this.byShard[shard] = slots.stream().mapToDouble(this::ofSlot).sum();
		this.movable[shard] = slots.stream().filter((slot) -> !isHot(slot)).mapToDouble(this::ofSlot).sum();
	}

	void move(CoolingPlan.Move move) {
		this.slotsByShard.get(move.from()).remove(Integer.valueOf(move.slot()));
		this.slotsByShard.get(move.to()).add(move.slot());
		sum(move.from());
		sum(move.to());
	}

	double of(int shard) {
		return this.byShard[shard];
	}

	double movable(int shard) {
		return this.movable[shard];
	}

	double ofSlot(int slot) {
		return this.bySlot[slot];
	}

	boolean isHot(int slot) {
		return this.bySlot[slot] > this.hotSlot;
	}

	List<Integer> slots(int shard) {
		return this.slotsByShard.get(shard);
	}

	int hottestSlot(int shard) {
		return slots(shard).stream().max(Comparator.comparingDouble(this::ofSlot)).orElseThrow();
	}

	/** The shards above a load, hottest first; of equal ones the lower number first. */
	List<Integer> above(double load) {
		return IntStream.range(0, this.byShard.length)
			.filter((shard) -> of(shard) > load)
			.boxed()
			.sorted(Comparator.comparingDouble((Integer shard) -> -of(shard)))
			.toList();
	}

	int coldest() {
		int coldest = 0;
		for (int shard = 1; shard < this.byShard.length; shard++) {
			coldest = (of(shard) < of(coldest)) ? shard : coldest;
		}
		return coldest;
	}

	double max() {
		return Arrays.stream(this.byShard).max().orElse(0);
	}

}
