package dev.bootpatterns.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.bootpatterns.sharding.fanout.FanoutAdvice;
import dev.bootpatterns.sharding.fanout.FanoutModel;
import dev.bootpatterns.sharding.fanout.Hedging;
import dev.bootpatterns.sharding.fanout.LatencyDistribution;
import dev.bootpatterns.sharding.fanout.Prediction;

/**
 * The parts of {@code docs/patterns/scatter-gather.md} that are generated, and the plot
 * beside it: the same on each machine.
 */
final class FanoutPage {

	private static final String STRAGGLERS = "stragglers";

	private static final String ADVICE = "advice";

	private static final String MEASURED = "measured";

	private static final double MS = 1e6;

	/** The Tail at Scale's: 10 ms, and one call in a hundred takes a second. */
	private static final LatencyDistribution ONE_PERCENT_SLOW = (quantile) -> (quantile < 0.99) ? 10 * MS : 1000 * MS;

	/**
	 * As leaves are: at least 4 ms, an exponential part of 2 ms in the mean, and a tail
	 * that is longer than exponential. p50 5.5 ms, p99 15 ms, p99.9 27 ms.
	 */
	private static final LatencyDistribution LEAF = (quantile) -> {
		double left = 1 - quantile;
		return MS * (4 - 2 * StrictMath.log(left) + 0.05 * StrictMath.pow(left, -0.75));
	};

	/** Of which there are four now; 50 µs of work for the root for each. */
	private static final FanoutModel MODEL = new FanoutModel(LEAF, 4, 0.7, 0.05 * MS, Hedging.DEFAULTS,
			FanoutModel.DEFAULT_SAMPLES);

	private static final int LEFT = 56;

	private static final int TOP = 28;

	/** Pixels of one doubling, and of the whole height. */
	private static final int COLUMN = 84;

	private static final int HEIGHT = 260;

	/** Milliseconds of the whole height. */
	private static final int SCALE = 100;

	private FanoutPage() {
	}

	static String stragglers() {
		FanoutModel model = new FanoutModel(ONE_PERCENT_SLOW, 1, 0, 0, Hedging.DEFAULTS, FanoutModel.DEFAULT_SAMPLES);
		StringBuilder table = new StringBuilder("""
				| leaves | slow roots, 1 - 0.99<sup>N</sup> | p50 | p99 | p99, hedged | p99.9, hedged | extra requests |
				|--:|--:|--:|--:|--:|--:|--:|
				""");
		for (int leaves : new int[] { 1, 10, 50, 100, 1000 }) {
			Prediction prediction = model.predict(leaves, 2);
			table.append(String.format(Locale.ROOT, "| %,d | %.1f %% | %s | %s | %s | %s | %.2f %% |\n", leaves,
					100 * (1 - StrictMath.pow(0.99, leaves)), whole(prediction.plain().p50()),
					whole(prediction.plain().p99()), whole(prediction.hedged().p99()),
					whole(Objects.requireNonNull(prediction.hedged().p999())), 100 * prediction.extraRequests()));
		}
		return table.toString();
	}

	private static String whole(double nanos) {
		return String.format(Locale.ROOT, "%,.0f ms", nanos / MS);
	}

	/**
	 * Puts the tables into the page.
	 * @param page the page's text
	 * @param advice of {@link #advise()}
	 * @param measured what was measured
	 * @return the page's new text
	 */
	static String renew(String page, FanoutAdvice advice, MeasuredFanout measured) {
		String text = ShardingPage.replace(page, STRAGGLERS, stragglers());
		return ShardingPage.replace(ShardingPage.replace(text, ADVICE, advice(advice)), MEASURED, measured.table());
	}

	static FanoutAdvice advise() {
		return MODEL.advise(4, 2);
	}

	static String advice(FanoutAdvice advice) {
		StringBuilder table = new StringBuilder(
				"""
						| leaves | p50 | p99 | p50, hedged | p99, hedged | extra requests | doubled to this: less to search saves | stragglers cost | work of the root costs |
						|--:|--:|--:|--:|--:|--:|--:|--:|--:|
						""");
		for (FanoutAdvice.Row row : advice.rows()) {
			Prediction prediction = row.prediction();
			FanoutAdvice.Doubling doubling = row.doubling();
			table.append(String.format(Locale.ROOT, "| %d | %s | %s | %s | %s | %.2f %% | %s |\n", prediction.leaves(),
					millis(prediction.plain().p50()), millis(prediction.plain().p99()),
					millis(prediction.hedged().p50()), millis(prediction.hedged().p99()),
					100 * prediction.extraRequests(), (doubling != null) ? millis(doubling.saved()) + " | "
							+ millis(doubling.stragglers()) + " | " + millis(doubling.work()) : "| | "));
		}
		return table.append('\n').append("> ").append(advice.text()).append('\n').toString();
	}

	private static String millis(double nanos) {
		return String.format(Locale.ROOT, "%.2f ms", nanos / MS);
	}

	/**
	 * Four curves over the number of leaves, which doubles from mark to mark.
	 * @param advice the table
	 * @return SVG
	 */
	static String plot(FanoutAdvice advice) {
		int right = LEFT + COLUMN * (advice.rows().size() - 1);
		StringBuilder svg = new StringBuilder(String.format(Locale.ROOT,
				"""
						<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12" role="img">
						<title>Predicted latency of a search by its number of leaves, with and without hedging</title>
						<rect width="100%%" height="100%%" fill="#fff"/>
						""",
				right + 40, TOP + HEIGHT + 48));
		text(svg, 8, 16, "ms");
		for (int millis = 0; millis <= SCALE; millis += 10) {
			line(svg, LEFT, y(millis * MS), right, y(millis * MS), "#ddd");
			text(svg, 24, y(millis * MS) + 4, Integer.toString(millis));
		}
		for (int i = 0; i < advice.rows().size(); i++) {
			int leaves = advice.rows().get(i).prediction().leaves();
			text(svg, x(i) - 4, TOP + HEIGHT + 18, Integer.toString(leaves));
			if (leaves == advice.best()) {
				line(svg, x(i), TOP, x(i), TOP + HEIGHT, "#999");
				text(svg, x(i) + 4, TOP + 10, "advised");
			}
		}
		text(svg, LEFT, TOP + HEIGHT + 38, "leaves");
		curve(svg, advice, 0, "p99", "#ee7733", (prediction) -> prediction.plain().p99());
		curve(svg, advice, 1, "p99, hedged", "#4477aa", (prediction) -> prediction.hedged().p99());
		curve(svg, advice, 2, "p50", "#ccaa44", (prediction) -> prediction.plain().p50());
		curve(svg, advice, 3, "p50, hedged", "#66aa99", (prediction) -> prediction.hedged().p50());
		return svg.append("</svg>\n").toString();
	}

	private static void curve(StringBuilder svg, FanoutAdvice advice, int number, String name, String colour,
			ToDoubleFunction<Prediction> value) {
		List<Double> heights = new ArrayList<>();
		advice.rows().forEach((row) -> heights.add(y(value.applyAsDouble(row.prediction()))));
		String points = IntStream.range(0, heights.size())
			.mapToObj((i) -> String.format(Locale.ROOT, "%.1f,%.1f", x(i), heights.get(i)))
			.collect(Collectors.joining(" "));
		svg.append(String.format(Locale.ROOT,
				"<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", points, colour));
		svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">%s</text>\n", LEFT + 12.0,
				TOP + 16.0 + 18 * number, colour, name));
	}

	private static double x(int column) {
		return LEFT + (double) COLUMN * column;
	}

	private static double y(double nanos) {
		return TOP + HEIGHT * (1 - nanos / MS / SCALE);
	}

	private static void text(StringBuilder svg, double x, double y, String text) {
		svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\">%s</text>\n", x, y, text));
	}

	private static void line(StringBuilder svg, double x1, double y1, double x2, double y2, String colour) {
		svg.append(String.format(Locale.ROOT, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n",
				x1, y1, x2, y2, colour));
	}

}
