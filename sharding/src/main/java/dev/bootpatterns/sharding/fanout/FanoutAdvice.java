package dev.bootpatterns.sharding.fanout;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * How a search's latency would depend on its leaves. What is compared is the p99 with
 * hedging, which is the one without if there is no second replica or no budget.
 *
 * @param asked what was asked for
 * @param rows each with twice the leaves of the one before
 */
public record FanoutAdvice(Prediction asked, List<Row> rows) {

	/** Differences that are less may be the simulation's own. */
	private static final double NOISE = 0.02;

	/**
	 * With how many leaves to stop.
	 * @return the fewest of the table whose p99 is at most 2 % above the least of all
	 */
	public int best() {
		return row().prediction().leaves();
	}

	private Row row() {
		double least = this.rows.stream().mapToDouble(Row::p99).min().orElseThrow();
		return this.rows.stream().filter((row) -> row.p99() <= least * (1 + NOISE)).findFirst().orElseThrow();
	}

	/**
	 * The same in words.
	 * @return one or two sentences, with the reason
	 */
	public String text() {
		Row best = row();
		int last = this.rows.stream().mapToInt((row) -> row.prediction().leaves()).max().orElseThrow();
		String beginning = String.format(Locale.ROOT,
				"With %d %s p99 is %s; no more of them, up to %d, make it better by more than %.0f %%.", best(),
				(best() == 1) ? "leaf" : "leaves", millis(best.p99()), last, 100 * NOISE);
		return this.rows.stream()
			.filter((row) -> row.prediction().leaves() > best())
			.min(Comparator.comparingInt((row) -> row.prediction().leaves()))
			.map((next) -> beginning + next.inWords())
			.orElse("p99 still falls at %d leaves, to %s: the table ends before the best number.".formatted(best(),
					millis(best.p99())));
	}

	private static String millis(double nanos) {
		return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
	}

	/**
	 * One number of leaves.
	 *
	 * @param prediction what it would be like
	 * @param doubling what it changes against half as many; {@code null} in the first row
	 */
	public record Row(Prediction prediction, @Nullable Doubling doubling) {

		double p99() {
			return this.prediction.hedged().p99();
		}

		private String inWords() {
			return (this.doubling != null)
					? " Twice as many save %s because each has less to search, and cost %s for stragglers and %s of the root's work."
						.formatted(millis(this.doubling.saved()), millis(this.doubling.stragglers()),
								millis(this.doubling.work()))
					: "";
		}

	}

	/**
	 * What twice the leaves change in the p99, in nanoseconds:
	 * {@code stragglers + work - saved}.
	 *
	 * @param saved because each leaf has less to search
	 * @param stragglers because a root waits for the slowest of more
	 * @param work of the root, for more leaves
	 */
	public record Doubling(double saved, double stragglers, double work) {
	}

}
