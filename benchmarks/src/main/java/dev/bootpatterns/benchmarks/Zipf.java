package dev.bootpatterns.benchmarks;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws ranks from 0 of which rank k is drawn with a probability in proportion to
 * {@code 1 / (k + 1)^exponent}: how unequally keys are asked for, in most systems that
 * were measured. Two table look-ups a draw (the alias method); {@link StrictMath}, so
 * that each machine draws the same.
 *
 * @see <a href="https://doi.org/10.1109/32.92917">M. Vose: A Linear Algorithm for
 * Generating Random Numbers with a Given Distribution, 1991</a>
 */
final class Zipf {

	private final double[] keep;

	private final int[] alias;

	private final double[] shares;

	Zipf(int ranks, double exponent) {
		this.shares = new double[ranks];
		Arrays.setAll(this.shares, (rank) -> StrictMath.pow(rank + 1, -exponent));
		double sum = 0;
		for (double share : this.shares) {
			sum += share;
		}
		double total = sum;
		Arrays.setAll(this.shares, (rank) -> this.shares[rank] / total);
		this.keep = new double[ranks];
		this.alias = new int[ranks];
		fill();
	}

	/** A rank below the mean is filled up by one above it, its alias. */
	private void fill() {
		int ranks = this.shares.length;
		double[] left = Arrays.stream(this.shares).map((share) -> share * ranks).toArray();
		Arrays.fill(this.keep, 1);
		int[] stack = new int[ranks];
		int small = 0;
		int large = ranks;
		for (int rank = 0; rank < ranks; rank++) {
			stack[(left[rank] < 1) ? small++ : --large] = rank;
		}
		while (small > 0 && large < ranks) {
			int filled = stack[--small];
			int filler = stack[large];
			this.keep[filled] = left[filled];
			this.alias[filled] = filler;
			left[filler] -= 1 - left[filled];
			if (left[filler] < 1) {
				large++;
				stack[small++] = filler;
			}
		}
	}

	int draw(SplittableRandom random) {
		int rank = random.nextInt(this.keep.length);
		return (random.nextDouble() < this.keep[rank]) ? rank : this.alias[rank];
	}

	double share(int rank) {
		return this.shares[rank];
	}

}
