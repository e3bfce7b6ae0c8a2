package dev.bootpatterns.sharding.heat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

import dev.bootpatterns.sharding.Slots;
import dev.bootpatterns.sharding.Topology;
import dev.bootpatterns.sharding.heat.CoolingPlan.HotShard;
import dev.bootpatterns.sharding.heat.CoolingPlan.Move;
import dev.bootpatterns.sharding.heat.CoolingPlan.Reason;

/**
 * Cools hot shards by moving some of their slots to the coldest, period by period.
 * <p>
 * <b>Which shards.</b> One whose load is above {@code start} times the mean, until it is
 * not above {@code stop} times the mean: between the two, nothing begins and what has
 * begun ends.
 * <p>
 * <b>Which moves.</b> Of the hottest such shard, the slot whose move to the coldest shard
 * lowers the larger load of the two most. A move that heats its target above {@code stop}
 * is made only if it leaves both with {@code stop / start} of the shard's load or less,
 * as where slots are few and large. A slot that moved rests.
 * <p>
 * <b>Hot slots.</b> A slot above {@code stop} by itself, mostly because of one hot key,
 * heats whichever shard has it. It stays, and so do its neighbours: only they count in
 * whether its shard is cooled. (Were they moved away, the shard would be empty when the
 * key is cooled by other means, and they would have to come back.) The plan reports it as
 * {@link Reason#HOT_SLOT}. The exception: once its neighbours are cool enough, it moves
 * if that, too, leaves both with {@code stop / start} of the load or less; this parts two
 * hot slots that met in a shard.
 * <p>
 * <b>Guarantee.</b> The largest load never rises by a plan, nor by any prefix of its
 * moves. With constant rates it ends: to move a slot of load r from a shard to one whose
 * load is lower by d changes the sum of the squares of the loads by {@code -2r(d - r)},
 * and no move is made for which r or d - r is below a fixed amount; so that sum falls
 * with each move by no less than twice its square, and no state comes twice. With rates
 * that change at will it cannot end, but a slot moves at most once in
 * {@code restPeriods + 1} periods, and all together {@code movesPerPeriod} times in one.
 * <p>
 * <b>Cost.</b> O(slots) for a plan, and O(shards·log shards + slots of the hot shards)
 * for each move.
 * <p>
 * <b>Trade-off.</b> Greedy: the fewest moves for the most relief now, not the best
 * assignment; that would move nearly every slot, and moving is what costs. Google's
 * Slicer weighs relief against churn for the same reason.
 *
 * @see <a href=
 * "https://www.usenix.org/conference/osdi16/technical-sessions/presentation/adya"> A.
 * Adya et al.: Slicer: Auto-Sharding for Datacenter Applications, 2016</a>
 */
public final class Cooling {

	private final CoolingSettings settings;

	/**
	 * A planner. It has no state: that is the {@link CoolingMemory}.
	 * @param settings when and how much
	 */
	public Cooling(CoolingSettings settings) {
		this.settings = settings;
	}

	/**
	 * Plans a period.
	 * @param topology which shard has which slot
	 * @param rates requests per second by slot
	 * @param memory what the plan of the period before left
	 * @return the plan
	 */
	public CoolingPlan plan(Topology topology, double[] rates, CoolingMemory memory) {
		return plan(topology.shards(), IntStream.range(0, Slots.COUNT).map(topology::shardOf).toArray(), rates, memory);
	}

	/**
	 * Plans a period, for any number of slots.
	 * @param shards how many shards there are; some may have no slots
	 * @param shardBySlot which shard has which slot
	 * @param rates requests per second by slot
	 * @param memory what the plan of the period before left
	 * @return the plan
	 * @throws IllegalArgumentException if the arrays differ in length, or a rate is
	 * negative or not finite
	 */
	public CoolingPlan plan(int shards, int[] shardBySlot, double[] rates, CoolingMemory memory) {
		if (shardBySlot.length != rates.length) {
			throw new IllegalArgumentException("%d slots, %d rates".formatted(shardBySlot.length, rates.length));
		}
		Loads.check(rates, "rate");
		double mean = Arrays.stream(rates).sum() / shards;
		Period period = new Period(new Loads(shards, shardBySlot, rates, mean, this.settings.stop()), memory,
				mean < this.settings.minRatePerShard());
		return period.plan();
	}

	/** A period whose plan is being made. */
	private final class Period {

		private final Loads loads;

		private final boolean quiet;

		private final long number;

		private final Map<Integer, Long> movedIn = new HashMap<>();

		private final Set<Integer> cooling = new HashSet<>();

		private final List<Move> moves = new ArrayList<>();

		Period(Loads loads, CoolingMemory memory, boolean quiet) {
			this.loads = loads;
			this.quiet = quiet;
			this.number = memory.period() + 1;
			memory.movedIn().forEach((slot, period) -> {
				if (this.number - period <= Cooling.this.settings.restPeriods()) {
					this.movedIn.put(slot, period);
				}
			});
			for (int shard : loads.above(Cooling.this.settings.stop())) {
				if (memory.cooling().contains(shard) || loads.movable(shard) > Cooling.this.settings.start()) {
					this.cooling.add(shard);
				}
			}
		}

		CoolingPlan plan() {
			double before = this.loads.max();
			while (!this.quiet && this.moves.size() < Cooling.this.settings.movesPerPeriod()) {
				Optional<Move> move = next();
				if (move.isEmpty()) {
					break;
				}
				make(move.get());
			}
			this.cooling.removeIf((shard) -> this.loads.movable(shard) <= Cooling.this.settings.stop());
			List<HotShard> hot = this.loads.above(Cooling.this.settings.start()).stream().map(this::describe).toList();
			return new CoolingPlan(this.moves, hot, before, this.loads.max(),
					new CoolingMemory(this.number, this.movedIn, this.cooling));
		}

		private void make(Move move) {
			this.loads.move(move);
			this.movedIn.put(move.slot(), this.number);
			this.moves.add(move);
		}

		private Optional<Move> next() {
			return this.loads.above(Cooling.this.settings.stop())
				.stream()
				.flatMap((shard) -> move(shard, this::mayMove).stream())
				.findFirst();
		}

		private boolean mayMove(int slot) {
			return !this.movedIn.containsKey(slot);
		}

		/** The best move from a shard, of the slots that may move. */
		private Optional<Move> move(int shard, IntPredicate candidates) {
			int target = this.loads.coldest();
			int best = -1;
			double bestGain = 0;
			for (int slot : this.loads.slots(shard)) {
				double gain = candidates.test(slot) ? gain(slot, shard, target) : 0;
				if (gain > bestGain || (gain == bestGain && gain > 0 && isSmaller(slot, best))) {
					best = slot;
					bestGain = gain;
				}
			}
			return (best < 0) ? Optional.empty() : Optional.of(new Move(best, shard, target));
		}

		private boolean isSmaller(int slot, int other) {
			int order = Double.compare(this.loads.ofSlot(slot), this.loads.ofSlot(other));
			return order < 0 || (order == 0 && slot < other);
		}

		/** By how much a move lowers the larger load; 0 if it is not to be made. */
		private double gain(int slot, int shard, int target) {
			CoolingSettings settings = Cooling.this.settings;
			boolean hot = this.loads.isHot(slot);
			boolean relieving = this.cooling.contains(shard) && this.loads.movable(shard) > settings.stop();
			double from = hot ? this.loads.of(shard) : this.loads.movable(shard);
			double after = this.loads.of(target) + this.loads.ofSlot(slot);
			double gain = Math.min(this.loads.ofSlot(slot), from - after);
			boolean much = from - gain <= from * settings.stop() / settings.start();
			boolean some = after <= settings.stop() && gain >= settings.minGain();
			return (hot != relieving && (some || much)) ? gain : 0;
		}

		private HotShard describe(int shard) {
			int slot = this.loads.hottestSlot(shard);
			return new HotShard(shard, this.loads.of(shard), reason(shard, slot), slot, this.loads.ofSlot(slot));
		}

		private Reason reason(int shard, int hottestSlot) {
			if (this.quiet) {
				return Reason.QUIET;
			}
			if (move(shard, this::mayMove).isPresent()) {
				return Reason.BUDGET;
			}
			if (move(shard, (slot) -> true).isPresent()) {
				return Reason.RESTING;
			}
			return this.loads.isHot(hottestSlot) ? Reason.HOT_SLOT : Reason.NO_USEFUL_MOVE;
		}

	}

}
