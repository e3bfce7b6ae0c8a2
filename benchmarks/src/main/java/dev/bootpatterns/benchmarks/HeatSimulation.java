package dev.bootpatterns.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.bootpatterns.sharding.heat.ChiSquare;
import dev.bootpatterns.sharding.heat.Cooling;
import dev.bootpatterns.sharding.heat.CoolingMemory;
import dev.bootpatterns.sharding.heat.CoolingPlan;
import dev.bootpatterns.sharding.heat.CoolingSettings;
import dev.bootpatterns.sharding.heat.SlotRates;
import dev.bootpatterns.sharding.heat.SpaceSaving;

/**
 * Shards under requests for keys of very unequal popularity, and what cools them: moved
 * slots, hot keys that are answered in front of the shards, or both. It measures and
 * plans with the classes that the running system uses; only requests, cache and shards
 * are simulated. Deterministic: the same figures on each machine.
 * <p>
 * The planner sees what was counted, with the errors of counting. The figures that are
 * reported, but for chi-square, are those of the true loads that the popularities give.
 */
final class HeatSimulation {

	/** The topology is looked at once in a period. */
	private static final Duration PERIOD = Duration.ofSeconds(10);

	private static final Duration HALF_LIFE = Duration.ofSeconds(20);

	/** Three half-lives to measure before the first plan. */
	private static final int FIRST_PLAN = 6;

	/** So many periods without a move, more than a slot rests, end the simulation. */
	private static final int AT_REST = 12;

	private static final int MAX_PERIODS = 500;

	/** A key that alone has this part of a shard's mean load becomes hot … */
	private static final double ENTER = 0.5;

	/** … and remains so until it has less than this. */
	private static final double STAY = 0.25;

	private static final int COUNTERS = 4096;

	private static final String PREFIX = "key-";

	private final Instance instance;

	private final Zipf popularity;

	private final int[] slotOfKey;

	private final CoolingSettings settings;

	HeatSimulation(Instance instance) {
		this.instance = instance;
		this.popularity = new Zipf(instance.keys(), 1.1);
		this.slotOfKey = IntStream.range(0, instance.keys())
			.map((key) -> (int) Hashing.xxh3_64().hashCharsToLong(name(key)) & (instance.slots() - 1))
			.toArray();
		this.settings = new CoolingSettings(1.3, 1.1, instance.movesPerPeriod(), 10, 0.001, 10);
	}

	private static String name(int key) {
		return PREFIX + key;
	}

	/**
	 * Lets it run until no slot moves any more.
	 * @param moving whether slots are moved
	 * @param caching whether hot keys are answered in front of the shards
	 * @return what was seen
	 */
	Result run(boolean moving, boolean caching) {
		Run run = new Run(caching);
		int lastMove = 0;
		for (int period = 1; period < FIRST_PLAN + AT_REST || (moving && period < lastMove + AT_REST); period++) {
			if (period > MAX_PERIODS) {
				throw new IllegalStateException("slots still move after %d periods".formatted(MAX_PERIODS));
			}
			run.requests();
			if (moving && period >= FIRST_PLAN && run.plan()) {
				lastMove = period;
			}
		}
		return run.result(Math.max(0, lastMove - FIRST_PLAN + 1));
	}

	/**
	 * What is simulated.
	 *
	 * @param shards how many shards
	 * @param slots how many slots, a power of two
	 * @param keys how many keys
	 * @param requestsPerSecond how many requests
	 * @param movesPerPeriod how many slots move in a period at most
	 */
	record Instance(int shards, int slots, int keys, int requestsPerSecond, int movesPerPeriod) {

		static final Instance LARGE = new Instance(1000, 65_536, 1_000_000, 50_000, 64);

		static final Instance SMALL = new Instance(50, 4096, 50_000, 2500, 8);

	}

	/**
	 * What came of it.
	 *
	 * @param moves how many moves were made
	 * @param slotsMoved how many different slots they moved
	 * @param periods from the first plan to the last move
	 * @param hotKeys how many keys were answered in front of the shards
	 * @param answered the share of all requests that did not reach a shard
	 * @param max the largest load by the mean
	 * @param p99 the load that 99 % of the shards do not exceed, by the mean
	 * @param hotShards how many shards are above the start of cooling
	 * @param unevenness of the requests that were counted
	 */
	record Result(int moves, int slotsMoved, int periods, int hotKeys, double answered, double max, double p99,
			int hotShards, ChiSquare unevenness) {
	}

	/** Its state. */
	private final class Run {

		private final Instance instance = HeatSimulation.this.instance;

		private final SplittableRandom random = new SplittableRandom(1);

		private final SlotRates rates = new SlotRates(this.instance.slots(), HALF_LIFE);

		private final SpaceSaving sketch = new SpaceSaving(COUNTERS, HALF_LIFE);

		private final Cooling cooling = new Cooling(HeatSimulation.this.settings);

		private final int[] shardBySlot = IntStream.range(0, this.instance.slots())
			.map((slot) -> (int) ((long) slot * this.instance.shards() / this.instance.slots()))
			.toArray();

		private final Set<Integer> slotsMoved = new HashSet<>();

		private final boolean caching;

		private Set<String> hotNames = Set.of();

		private BitSet hotKeys = new BitSet();

		private CoolingMemory memory = CoolingMemory.NONE;

		private int moves;

		Run(boolean caching) {
			this.caching = caching;
		}

		/** The requests of a period; a hot key's copy lives for a second. */
		void requests() {
			for (int second = 0; second < PERIOD.toSeconds(); second++) {
				BitSet copies = new BitSet();
				for (int i = 0; i < this.instance.requestsPerSecond(); i++) {
					request(HeatSimulation.this.popularity.draw(this.random), copies);
				}
			}
			double mean = this.rates.tick(PERIOD).total() / this.instance.shards();
			if (this.caching) {
				double share = mean / this.instance.requestsPerSecond();
				this.sketch.tick(PERIOD);
				this.hotNames = this.sketch.snapshot(COUNTERS).over(ENTER * share, STAY * share, this.hotNames);
				this.hotKeys = new BitSet();
				this.hotNames.forEach((name) -> this.hotKeys.set(Integer.parseInt(name.substring(PREFIX.length()))));
			}
		}

		private void request(int key, BitSet copies) {
			if (this.caching) {
				this.sketch.offer(name(key));
			}
			if (!this.hotKeys.get(key) || !copies.get(key)) {
				this.rates.increment(HeatSimulation.this.slotOfKey[key]);
			}
			if (this.hotKeys.get(key)) {
				copies.set(key);
			}
		}

		/** Plans and moves; whether anything moved. */
		boolean plan() {
			CoolingPlan plan = this.cooling.plan(this.instance.shards(), this.shardBySlot,
					this.rates.rates().perSecond(), this.memory);
			this.memory = plan.memory();
			for (CoolingPlan.Move move : plan.moves()) {
				this.shardBySlot[move.slot()] = move.to();
				this.slotsMoved.add(move.slot());
			}
			this.moves += plan.moves().size();
			return !plan.moves().isEmpty();
		}

		Result result(int periods) {
			double[] loads = new double[this.instance.shards()];
			for (int key = 0; key < this.instance.keys(); key++) {
				double rate = HeatSimulation.this.popularity.share(key) * this.instance.requestsPerSecond();
				loads[shardOf(key)] += this.hotKeys.get(key) ? Math.min(rate, 1) : rate;
			}
			double total = Arrays.stream(loads).sum();
			double[] sorted = Arrays.stream(loads).map((load) -> load * loads.length / total).sorted().toArray();
			double[] counted = new double[loads.length];
			double[] counts = this.rates.rates().counts();
			for (int slot = 0; slot < counts.length; slot++) {
				counted[this.shardBySlot[slot]] += counts[slot];
			}
			return new Result(this.moves, this.slotsMoved.size(), periods, this.hotKeys.cardinality(),
					1 - total / this.instance.requestsPerSecond(), sorted[sorted.length - 1],
					sorted[(int) Math.ceil(sorted.length * 0.99) - 1],
					(int) Arrays.stream(sorted).filter((load) -> load > HeatSimulation.this.settings.start()).count(),
					ChiSquare.of(counted));
		}

		private int shardOf(int key) {
			return this.shardBySlot[HeatSimulation.this.slotOfKey[key]];
		}

	}

	/** All four: nothing done, slots moved, hot keys answered in front, both. */
	List<Result> runAll() {
		return List.of(run(false, false), run(true, false), run(false, true), run(true, true));
	}

}
