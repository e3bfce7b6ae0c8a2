package dev.bootpatterns.sharding.heat;

import java.util.Arrays;

/**
 * Pearson's chi-square of loads against the even distribution: is the unevenness more
 * than chance, and how large is it? These are two questions.
 * <p>
 * <b>More than chance?</b> Were each request to fall on any of k shards with equal
 * probability, independently, {@code sum of (count - mean)² / mean} would follow the
 * chi-square distribution with k - 1 degrees of freedom: mean k - 1, variance 2(k - 1).
 * {@link #pValue()} is the probability of a statistic of this size or larger by chance
 * alone; below 0.001 one should look for a cause. As a rule of thumb without it,
 * {@link #perDegreeOfFreedom()} is near 1 by chance.
 * <p>
 * <b>How large?</b> The statistic grows with the number of requests: with enough of them
 * any unevenness is significant, a harmless one too. {@link #spread()} does not: it is
 * the standard deviation of the loads divided by their mean.
 * <p>
 * <b>Not.</b> It needs counts, not rates (the same load measured in requests per minute
 * would give another answer), and some five a shard. Requests for the same key are not
 * independent of each other, so among the slots of a busy shard it is nearly always
 * significant; it then shows that keys are not asked for equally often, which is true,
 * and the spread tells whether that matters.
 * <p>
 * <b>Cost.</b> O(k) for the statistic. The p-value is the regularized upper incomplete
 * gamma function Q(df/2, x/2), by its series below the mean and its continued fraction
 * above, in O(root of k) steps; twelve digits are right for 1,000 degrees of freedom, six
 * for a million.
 *
 * @param statistic the sum
 * @param degreesOfFreedom shards - 1
 * @param total how many requests were counted
 * @see <a href="https://doi.org/10.1080/14786440009463897">K. Pearson, 1900</a>
 * @see <a href="https://dlmf.nist.gov/8">NIST Digital Library of Mathematical Functions,
 * 8.7, 8.9 (incomplete gamma) and 5.11 (log gamma)</a>
 */
public record ChiSquare(double statistic, int degreesOfFreedom, double total) {

	/** More steps than a million degrees of freedom need. */
	private static final int MAX_STEPS = 100_000;

	/**
	 * Compares counts with the even distribution.
	 * @param counts requests by shard, or by slot
	 * @return the statistic; 0 if there were no requests
	 * @throws IllegalArgumentException if there are fewer than two, or one is negative or
	 * not finite
	 */
	public static ChiSquare of(double[] counts) {
		if (counts.length < 2) {
			throw new IllegalArgumentException("%d counts cannot be uneven".formatted(counts.length));
		}
		Loads.check(counts, "count");
		double total = Arrays.stream(counts).sum();
		double mean = total / counts.length;
		double statistic = (total == 0) ? 0
				: Arrays.stream(counts).map((count) -> (count - mean) * (count - mean)).sum() / mean;
		return new ChiSquare(statistic, counts.length - 1, total);
	}

	/**
	 * The statistic over its mean: near 1 by chance.
	 * @return the quotient
	 */
	public double perDegreeOfFreedom() {
		return this.statistic / this.degreesOfFreedom;
	}

	/**
	 * The standard deviation of the loads by their mean.
	 * @return 0 for even loads
	 */
	public double spread() {
		return (this.total == 0) ? 0 : Math.sqrt(this.statistic / this.total);
	}

	/**
	 * The probability of so large a statistic, or a larger one, if only chance were at
	 * work.
	 * @return from 0 to 1
	 */
	public double pValue() {
		double a = this.degreesOfFreedom / 2.0;
		double x = this.statistic / 2;
		double factor = StrictMath.exp(a * StrictMath.log(x) - x - logGamma(a));
		double q = (x < a + 1) ? 1 - factor * series(a, x) : factor * fraction(a, x);
		return Math.clamp(q, 0.0, 1.0);
	}

	/** The sum of x^n / (a (a+1) … (a+n)). */
	private static double series(double a, double x) {
		double term = 1 / a;
		double sum = term;
		for (int n = 1; n < MAX_STEPS && term > sum * 1e-17; n++) {
			term *= x / (a + n);
			sum += term;
		}
		return sum;
	}

	/**
	 * 1 / (x+1-a - 1(1-a) / (x+3-a - 2(2-a) / …)), from the front, as the product of the
	 * quotients of its approximants (Lentz). All are positive where x is above a + 1.
	 */
	private static double fraction(double a, double x) {
		double b = x + 1 - a;
		double numerator = Double.MAX_VALUE;
		double denominator = 1 / b;
		double value = denominator;
		for (int n = 1; n < MAX_STEPS; n++) {
			double c = -n * (n - a);
			b += 2;
			denominator = 1 / (c * denominator + b);
			numerator = b + c / numerator;
			double step = numerator * denominator;
			value *= step;
			if (Math.abs(step - 1) < 1e-16) {
				break;
			}
		}
		return value;
	}

	/** Stirling's series, with the argument shifted to where its error is below 1e-16. */
	private static double logGamma(double a) {
		double shift = 0;
		double z = a;
		for (; z < 16; z++) {
			shift += StrictMath.log(z);
		}
		double z2 = 1 / (z * z);
		double tail = (1.0 / 12 - z2 * (1.0 / 360 - z2 * (1.0 / 1260 - z2 * (1.0 / 1680 - z2 / 1188)))) / z;
		return (z - 0.5) * StrictMath.log(z) - z + 0.5 * StrictMath.log(2 * Math.PI) + tail - shift;
	}

}
