package dev.bootpatterns.sharding.heat;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * How many requests each slot gets per second, now.
 * <p>
 * <b>What it computes.</b> Counts and elapsed time, both weighted by age (after a
 * half-life they count half); the rate is their quotient. So it is exact from the first
 * tick on, with nothing to warm up, and ticks need not be equally long. Where they are
 * short against the half-life, a change of load shows by half after a half-life, by 90 %
 * after 3.3.
 * <p>
 * <b>How sure it is.</b> A rate from counts has an error by chance. Weighted by age, as
 * many requests stand behind it as an unweighted window of
 * {@code (sum of w·t)² / (sum of w²·t)} would hold, 2.9 half-lives in the long run
 * ({@link Rates#window()}); the relative standard error is one by the root of
 * {@link Rates#counts() that number of requests}.
 * <p>
 * <b>Cost.</b> {@link #increment} is one {@link LongAdder#increment()}: no lock, and
 * threads that meet in one slot are spread over cells. Some 60 bytes a slot; one in which
 * threads meet grows by some hundred bytes for each core at most. A tick reads all slots.
 * No count is lost between ticks: the adders are never reset, a tick takes the
 * difference.
 * <p>
 * <b>Trade-off.</b> A short half-life follows quickly and errs more; what plans
 * {@linkplain Cooling moves} from it wants some 300 requests a shard behind a rate.
 *
 * @see <a href="https://doi.org/10.1109/ICDE.2009.65">G. Cormode, V. Shkapenyuk, D.
 * Srivastava, B. Xu: Forward Decay: A Practical Time Decay Model for Streaming Systems,
 * 2009</a>
 */
public final class SlotRates {

	private final LongAdder[] counters;

	private final HalfLife halfLife;

	/** What the counters showed at the last tick. */
	private final long[] seen;

	private final double[] weighted;

	private double time;

	/** Sum of w²·t. */
	private double squaredTime;

	private volatile Rates rates;

	/**
	 * Rates of slots, all zero.
	 * @param slots how many slots there are
	 * @param halfLife after which time a request counts half
	 */
	public SlotRates(int slots, Duration halfLife) {
		if (slots < 1) {
			throw new IllegalArgumentException("%d slots: there must be one at least".formatted(slots));
		}
		this.counters = Stream.generate(LongAdder::new).limit(slots).toArray(LongAdder[]::new);
		this.halfLife = new HalfLife(halfLife);
		this.seen = new long[slots];
		this.weighted = new double[slots];
		this.rates = new Rates(new double[slots], 0);
	}

	/**
	 * Counts a request. For any thread, at any rate.
	 * @param slot its slot
	 */
	public void increment(int slot) {
		this.counters[slot].increment();
	}

	/**
	 * Takes in what was counted since the last tick.
	 * @param elapsed how long ago the last tick was, or the beginning
	 * @return the rates now
	 */
	public synchronized Rates tick(Duration elapsed) {
		double seconds = HalfLife.seconds(elapsed, "elapsed time");
		double left = this.halfLife.left(seconds);
		this.time = this.time * left + seconds;
		this.squaredTime = this.squaredTime * left * left + seconds;
		double[] perSecond = new double[this.counters.length];
		for (int slot = 0; slot < perSecond.length; slot++) {
			long count = this.counters[slot].sum();
			this.weighted[slot] = this.weighted[slot] * left + (count - this.seen[slot]);
			this.seen[slot] = count;
			perSecond[slot] = this.weighted[slot] / this.time;
		}
		this.rates = new Rates(perSecond, this.time * this.time / this.squaredTime);
		return this.rates;
	}

	/**
	 * The rates at the last tick.
	 * @return the rates; all zero before the first tick
	 */
	public Rates rates() {
		return this.rates;
	}

	/** The rates at one moment. Immutable. */
	public static final class Rates {

		private final double[] perSecond;

		private final double window;

		private Rates(double[] perSecond, double window) {
			this.perSecond = perSecond;
			this.window = window;
		}

		/**
		 * The rates by slot.
		 * @return requests per second; the caller's own copy
		 */
		public double[] perSecond() {
			return this.perSecond.clone();
		}

		/**
		 * The rate of all slots together.
		 * @return requests per second
		 */
		public double total() {
			return Arrays.stream(this.perSecond).sum();
		}

		/**
		 * The length of the unweighted window whose rates would be as sure as these.
		 * @return seconds
		 */
		public double window() {
			return this.window;
		}

		/**
		 * The requests of that window: numbers whose variance is that of counts, as
		 * {@link ChiSquare} wants them.
		 * @return requests by slot
		 */
		public double[] counts() {
			return Arrays.stream(this.perSecond).map((rate) -> rate * this.window).toArray();
		}

	}

}
