package dev.bootpatterns.sharding.fanout;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether more leaves would make a search faster: the latency of a leaf as it is now, and
 * what of it would become less if there were more of them.
 * <p>
 * <b>Model.</b> With L leaves now and N asked for, each leaf has L/N of the documents to
 * search, so its service time becomes L/N of what it is. The rest of a call (network,
 * queue, what each search costs however little it searches) stays. How much is service is
 * a parameter, the <i>scalable</i> share {@code s}: of a call of latency t it is
 * {@code s × min(t, median)}. Above the median a call is late for reasons that a smaller
 * index does not take away (a pause of the collector, a full queue, a lost packet), so
 * what is above it stays. Against that stands what grows with N: a root waits for the
 * slowest of more leaves ({@link FanoutSimulation}), and does its own work for each. So
 * p99 over N is a U: at its left side the leaves' work decides, at its right stragglers
 * and the root's work.
 * <p>
 * <b>Trade-off.</b> Where it errs, it errs against more leaves: expensive queries are in
 * the tail, too, and would gain. It takes leaves for independent machines: on one machine
 * with fewer cores than leaves the service time does not become less, which is a scalable
 * share of 0.
 *
 * @param leaf the latency of one call of a leaf now, in nanoseconds
 * @param leaves how many leaves there are now, 1 to {@value #MAX_LEAVES}
 * @param scalable the part of a median call that is service, 0 to 1
 * @param workPerLeaf the root's own work for each leaf, in nanoseconds, not negative
 * @param hedging when a second replica is asked
 * @param samples how many roots are drawn for each answer, {@value #MIN_SAMPLES} to
 * {@value #MAX_SAMPLES}
 */
public record FanoutModel(LatencyDistribution leaf, int leaves, double scalable, double workPerLeaf, Hedging hedging,
		int samples) {

	/** The most leaves that can be asked for. */
	public static final int MAX_LEAVES = 1024;

	/** The most replicas of a leaf that can be asked for. */
	public static final int MAX_REPLICAS = 16;

	/** The scalable share, if nothing is known. */
	public static final double DEFAULT_SCALABLE = 0.5;

	/** {@link #advise} takes about half a second for them. */
	public static final int DEFAULT_SAMPLES = 20_000;

	static final int MIN_SAMPLES = 1000;

	static final int MAX_SAMPLES = 200_000;

	/** The table's last row. */
	private static final int LAST = 128;

	public FanoutModel {
		check("leaves", leaves, MAX_LEAVES);
		if (!(scalable >= 0 && scalable <= 1)) {
			throw new IllegalArgumentException("scalable %s: 0 to 1 is needed".formatted(scalable));
		}
		if (!(workPerLeaf >= 0 && workPerLeaf < Double.POSITIVE_INFINITY)) {
			throw new IllegalArgumentException("%s ns of work for each leaf".formatted(workPerLeaf));
		}
		if (samples < MIN_SAMPLES || samples > MAX_SAMPLES) {
			throw new IllegalArgumentException(
					"%d samples: %d to %d are possible".formatted(samples, MIN_SAMPLES, MAX_SAMPLES));
		}
		leaf = Quantiles.of(leaf);
	}

	/**
	 * A model of half scalable leaves, without work at the root, with the defaults.
	 * @param leaf the latency of one call of a leaf now
	 * @param leaves how many leaves there are now
	 * @return the model
	 */
	public static FanoutModel of(LatencyDistribution leaf, int leaves) {
		return new FanoutModel(leaf, leaves, DEFAULT_SCALABLE, 0, Hedging.DEFAULTS, DEFAULT_SAMPLES);
	}

	/**
	 * What a root would wait.
	 * @param number how many leaves there were, 1 to {@value #MAX_LEAVES}
	 * @param replicas of each, 1 to {@value #MAX_REPLICAS}
	 * @return the prediction
	 */
	public Prediction predict(int number, int replicas) {
		check("leaves", number, MAX_LEAVES);
		check("replicas", replicas, MAX_REPLICAS);
		return simulation(number).run(number, replicas);
	}

	/**
	 * What is asked for, what 1, 2, 4, … 128 leaves would be, and what follows from it.
	 * @param number how many leaves, 1 to {@value #MAX_LEAVES}
	 * @param replicas of each, 1 to {@value #MAX_REPLICAS}
	 * @return prediction, table and advice
	 */
	public FanoutAdvice advise(int number, int replicas) {
		Prediction asked = predict(number, replicas);
		List<FanoutAdvice.Row> rows = new ArrayList<>();
		for (int leaves = 1; leaves <= LAST; leaves *= 2) {
			Prediction prediction = (leaves == number) ? asked : predict(leaves, replicas);
			rows.add(new FanoutAdvice.Row(prediction,
					rows.isEmpty() ? null : doubling(rows.getLast().prediction(), prediction)));
		}
		return new FanoutAdvice(asked, List.copyOf(rows));
	}

	/**
	 * In two steps, of which the first draws the same as half the leaves did: less to
	 * search for each, then more of them.
	 */
	private FanoutAdvice.Doubling doubling(Prediction half, Prediction full) {
		double lessToSearch = simulation(full.leaves()).run(half.leaves(), half.replicas()).hedged().p99();
		double work = (full.leaves() - half.leaves()) * this.workPerLeaf;
		return new FanoutAdvice.Doubling(half.hedged().p99() - lessToSearch, full.hedged().p99() - lessToSearch - work,
				work);
	}

	/** Of leaves of which there are so many. */
	private FanoutSimulation simulation(int number) {
		return new FanoutSimulation(leafOf(number), this.hedging, this.workPerLeaf, this.samples);
	}

	private double median() {
		return this.leaf.nanos(0.5);
	}

	private LatencyDistribution leafOf(int number) {
		double median = median();
		double left = 1 - this.scalable + this.scalable * this.leaves / number;
		return (quantile) -> {
			double now = this.leaf.nanos(quantile);
			double normal = Math.min(now, median);
			return left * normal + (now - normal);
		};
	}

	private static void check(String what, int number, int most) {
		if (number < 1 || number > most) {
			throw new IllegalArgumentException("%d %s: 1 to %d are possible".formatted(number, what, most));
		}
	}
}
