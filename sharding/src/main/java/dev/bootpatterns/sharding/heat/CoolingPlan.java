package dev.bootpatterns.sharding.heat;

import java.util.List;

/**
 * What to do in a period.
 *
 * @param moves the slots to move, in order; each relieves, so that any prefix does
 * @param hot the shards that are above the start of cooling even after the moves, hottest
 * first, and why
 * @param before the largest load before, by the mean
 * @param after the largest load after the moves, by the mean
 * @param memory the memory for the next period if the moves are made
 */
public record CoolingPlan(List<Move> moves, List<HotShard> hot, double before, double after, CoolingMemory memory) {

	public CoolingPlan {
		moves = List.copyOf(moves);
		hot = List.copyOf(hot);
	}

	/**
	 * A slot changes its shard.
	 *
	 * @param slot the slot
	 * @param from its shard
	 * @param to the shard that gets it
	 */
	public record Move(int slot, int from, int to) {
	}

	/**
	 * A shard that stays hot.
	 *
	 * @param shard the shard
	 * @param load its load by the mean
	 * @param reason why it is not cooled further in this period
	 * @param slot its hottest slot
	 * @param slotLoad that slot's load by the mean of the shards
	 */
	public record HotShard(int shard, double load, Reason reason, int slot, double slotLoad) {
	}

	/** Why a shard stays hot. */
	public enum Reason {

		/**
		 * One slot alone would heat any shard, as a single hot key does: cache the key or
		 * serve it from more replicas.
		 */
		HOT_SLOT,

		/** This period's moves are used up. */
		BUDGET,

		/** The slots that would help moved a short time ago. */
		RESTING,

		/** Its slots are too large for the room elsewhere, or too small to matter. */
		NO_USEFUL_MOVE,

		/** So few requests that the load is chance. */
		QUIET

	}

}
