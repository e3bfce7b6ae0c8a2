package dev.bootpatterns.benchmarks;

import java.util.Collection;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * The parts of {@code docs/patterns/sharding.md} that are generated: tables between
 * comments that name them, and the plot beside it.
 */
final class ShardingPage {

	static final String PROPERTIES = "properties";

	static final String TIMES = "times";

	private static final int ROW = 24;

	private static final int LABELS = 110;

	private static final int PANEL = 300;

	private static final int TOP = 48;

	/** Pixels of a bar of 100 %, and of one that is 25 % too full. */
	private static final int FULL = PANEL - 60;

	private ShardingPage() {
	}

	/**
	 * Puts a part into the page.
	 * @param page the page's text
	 * @param part which part
	 * @param content the part's new text
	 * @return the page's new text
	 */
	static String replace(String page, String part, String content) {
		int start = page.indexOf(begin(part));
		int end = page.indexOf(end(part), start);
		if (start < 0 || end < 0) {
			throw new IllegalArgumentException("the page has no '%s' ... '%s'".formatted(begin(part), end(part)));
		}
		return page.substring(0, start) + begin(part) + "\n" + content + page.substring(end);
	}

	private static String begin(String part) {
		return "<!-- generated: %s -->".formatted(part);
	}

	private static String end(String part) {
		return "<!-- end of %s -->".formatted(part);
	}

	static String properties(ShardingReport report) {
		StringBuilder table = new StringBuilder(
				"""
						| function | fullest / mean | chi-square | 10 → 11 moves | of it, between survivors | 4th of 10 removed moves | of it, between survivors |
						|---|--:|--:|--:|--:|--:|--:|
						""");
		for (ShardingReport.Row row : report.rows()) {
			table.append(String.format(Locale.ROOT, "| %s | %.3f | %.1f | %s | %s |\n", row.function(), row.fullest(),
					row.chiSquare(), moved(row.added()), moved(row.removed())));
		}
		return table.toString();
	}

	private static String moved(ShardingReport.@Nullable Moved moved) {
		return (moved != null)
				? String.format(Locale.ROOT, "%.2f %% | %.2f %%", 100 * moved.share(), 100 * moved.betweenSurvivors())
				: "refused | ";
	}

	/**
	 * Of the median and the fastest iteration: the mean is that of whatever else the
	 * machine does.
	 */
	static String times(Collection<RunResult> results) {
		StringBuilder table = new StringBuilder("""
				| measured | over | ns, median | ns, fastest |
				|---|--:|--:|--:|
				""");
		for (RunResult result : results) {
			Statistics statistics = result.getPrimaryResult().getStatistics();
			String algorithm = result.getParams().getParam("algorithm");
			String over = result.getParams().getParam("backends");
			table.append(String.format(Locale.ROOT, "| %s | %s | %.1f | %.1f |\n",
					(algorithm != null) ? algorithm.toLowerCase(Locale.ROOT).replace('_', '-')
							: result.getPrimaryResult().getLabel(),
					(over != null) ? over : result.getParams().getParam("buckets"), statistics.getPercentile(50),
					statistics.getMin()));
		}
		return table.toString();
	}

	/**
	 * Two panels of bars: what an eleventh shard moves, and the fullest of ten shards.
	 * @param report the figures
	 * @return SVG
	 */
	static String plot(ShardingReport report) {
		int height = TOP + ROW * report.rows().size() + 12;
		StringBuilder svg = new StringBuilder(String.format(Locale.ROOT,
				"""
						<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12" role="img">
						<title>Keys moved from 10 to 11 shards, and the fullest of 10 shards</title>
						<rect width="100%%" height="100%%" fill="#fff"/>
						""",
				LABELS + 2 * PANEL + 40, height));
		double second = LABELS + PANEL + 20;
		text(svg, LABELS, 16, "keys moved, 10 → 11 shards (line: 1/11);");
		text(svg, LABELS, 32, "orange: between shards that were there before");
		text(svg, second, 16, "fullest of 10 shards / mean, above 1");
		text(svg, second, 32, "(line: 1.05)");
		int y = TOP;
		for (ShardingReport.Row row : report.rows()) {
			double moved = row.added().share();
			double needless = row.added().betweenSurvivors();
			text(svg, 8, y + 14, row.function());
			bar(svg, LABELS, y, moved * FULL, "#4477aa");
			bar(svg, LABELS, y, needless * FULL, "#ee7733");
			text(svg, LABELS + moved * FULL + 6, y + 14, String.format(Locale.ROOT, "%.2f %%", 100 * moved));
			double excess = row.fullest() - 1;
			bar(svg, second, y, excess * FULL * 4, "#4477aa");
			text(svg, second + excess * FULL * 4 + 6, y + 14, String.format(Locale.ROOT, "%.3f", row.fullest()));
			y += ROW;
		}
		line(svg, LABELS + FULL / 11.0, height);
		line(svg, second + 0.05 * FULL * 4, height);
		return svg.append("</svg>\n").toString();
	}

	private static void text(StringBuilder svg, double x, double y, String text) {
		svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\">%s</text>\n", x, y, text));
	}

	private static void bar(StringBuilder svg, double x, double y, double width, String colour) {
		svg.append(String.format(Locale.ROOT,
				"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"18\" fill=\"%s\"/>\n", x, y, width, colour));
	}

	private static void line(StringBuilder svg, double x, double height) {
		svg.append(String.format(Locale.ROOT,
				"<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#333\" stroke-dasharray=\"4 3\"/>\n", x,
				TOP - 8, x, height - 6));
	}

}
