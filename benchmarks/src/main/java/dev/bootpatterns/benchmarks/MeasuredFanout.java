package dev.bootpatterns.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was predicted for numbers of leaves beside what was measured with them, as
 * {@code fanout --url … --record} wrote it down: a table and a plot of it.
 *
 * @param rows what was written down
 */
record MeasuredFanout(List<Row> rows) {

	static final String HEADER = "shards,leaves,kind,p50Ms,p99Ms";

	/** Everything is also predicted from the measurements with so many. */
	private static final int BASIS = 4;

	private static final int LEFT = 56;

	private static final int TOP = 28;

	private static final int COLUMN = 200;

	private static final int HEIGHT = 260;

	/**
	 * Reads what was written down.
	 * @param csv lines as {@link #HEADER} says
	 * @return what they say
	 * @throws IllegalArgumentException naming the line that says nothing
	 */
	static MeasuredFanout of(String csv) {
		List<Row> rows = new ArrayList<>();
		int number = 0;
		for (String line : csv.lines().toList()) {
			number++;
			if (number == 1 && line.equals(HEADER)) {
				continue;
			}
			try {
				String[] cells = line.split(",", -1);
				rows.add(new Row(Integer.parseInt(cells[0]), Integer.parseInt(cells[1]), Kind.of(cells[2]),
						Double.parseDouble(cells[3]), Double.parseDouble(cells[4])));
			}
			catch (IndexOutOfBoundsException | IllegalArgumentException ex) {
				throw new IllegalArgumentException("line %d is not %s: %s".formatted(number, HEADER, line), ex);
			}
		}
		return new MeasuredFanout(rows);
	}

	private List<Integer> leaves() {
		return this.rows.stream()
			.filter((row) -> row.kind == Kind.MEASURED)
			.map(Row::leaves)
			.distinct()
			.sorted()
			.toList();
	}

	/** The last that was written down. */
	private Optional<Row> row(Kind kind, int shards, int leaves) {
		return this.rows.stream()
			.filter((row) -> row.kind == kind && row.shards == shards && row.leaves == leaves)
			.reduce((first, second) -> second);
	}

	private List<Curve> curves() {
		return List.of(new Curve("p99 measured", "#4477aa", Kind.MEASURED, false, true),
				new Curve("p99 predicted from the calls there", "#ee7733", Kind.PREDICTED, false, true),
				new Curve("p99 predicted from %d shards".formatted(BASIS), "#cc3311", Kind.PREDICTED, true, true),
				new Curve("p50 measured", "#66aa99", Kind.MEASURED, false, false),
				new Curve("p50 predicted from the calls there", "#ccaa44", Kind.PREDICTED, false, false),
				new Curve("p50 predicted from %d shards".formatted(BASIS), "#999933", Kind.PREDICTED, true, false));
	}

	private Optional<Double> value(Curve curve, int leaves) {
		return row(curve.kind, curve.fromBasis ? BASIS : leaves, leaves).map((row) -> curve.p99 ? row.p99 : row.p50);
	}

	String table() {
		StringBuilder table = new StringBuilder("| shards |");
		curves().forEach((curve) -> table.append(' ').append(curve.name).append(" |"));
		table.append("\n|--:|").append("--:|".repeat(curves().size())).append('\n');
		for (int leaves : leaves()) {
			table.append("| ").append(leaves).append(" |");
			curves().forEach((curve) -> table.append(
					value(curve, leaves).map((value) -> String.format(Locale.ROOT, " %.1f ms |", value)).orElse(" |")));
			table.append('\n');
		}
		return table.toString();
	}

	/**
	 * A curve for each column of the table.
	 * @return SVG
	 */
	String plot() {
		List<Integer> leaves = leaves();
		double most = leaves.stream()
			.flatMap((number) -> curves().stream().flatMap((curve) -> value(curve, number).stream()))
			.max(Comparator.naturalOrder())
			.orElse(1.0);
		double step = Stream.of(5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)
			.filter((candidate) -> most / candidate <= 10)
			.findFirst()
			.orElse(1000.0);
		double scale = step * Math.ceil(most / step);
		int right = LEFT + COLUMN * Math.max(1, leaves.size() - 1);
		StringBuilder svg = new StringBuilder(String.format(Locale.ROOT,
				"""
						<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12" role="img">
						<title>Latency of a search by its number of shards, predicted and measured</title>
						<rect width="100%%" height="100%%" fill="#fff"/>
						""",
				right + 260, TOP + HEIGHT + 48));
		text(svg, 8, 16, "#000", "ms");
		for (double millis = 0; millis <= scale; millis += step) {
			double y = y(millis, scale);
			svg.append(String.format(Locale.ROOT,
					"<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>\n", LEFT, y, right, y));
			text(svg, 20, y + 4, "#000", String.format(Locale.ROOT, "%.0f", millis));
		}
		for (int i = 0; i < leaves.size(); i++) {
			text(svg, x(i) - 4, TOP + HEIGHT + 18, "#000", Integer.toString(leaves.get(i)));
		}
		text(svg, LEFT, TOP + HEIGHT + 38, "#000", "shards");
		for (int i = 0; i < curves().size(); i++) {
			Curve curve = curves().get(i);
			StringBuilder points = new StringBuilder();
			for (int column = 0; column < leaves.size(); column++) {
				double x = x(column);
				value(curve, leaves.get(column))
					.ifPresent((value) -> points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y(value, scale))));
			}
			svg.append(String.format(Locale.ROOT,
					"<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>\n",
					points.toString().strip(), curve.colour,
					(curve.kind == Kind.PREDICTED) ? " stroke-dasharray=\"6 4\"" : ""));
			text(svg, right + 16, TOP + 16.0 + 18 * i, curve.colour, curve.name);
		}
		return svg.append("</svg>\n").toString();
	}

	private static double x(int column) {
		return LEFT + (double) COLUMN * column;
	}

	private static double y(double millis, double scale) {
		return TOP + HEIGHT * (1 - millis / scale);
	}

	private static void text(StringBuilder svg, double x, double y, String colour, String text) {
		svg.append(
				String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">%s</text>\n", x, y, colour, text));
	}

	/** What a row is. */
	enum Kind {

		PREDICTED, MEASURED;

		static Kind of(String name) {
			return valueOf(name.toUpperCase(Locale.ROOT));
		}

	}

	/**
	 * What was written down.
	 *
	 * @param shards how many there were
	 * @param leaves how many it is for
	 * @param kind whether it was measured
	 * @param p50 in milliseconds, as all replicas were used
	 * @param p99 in milliseconds
	 */
	record Row(int shards, int leaves, Kind kind, double p50, double p99) {
	}

	private record Curve(String name, String colour, Kind kind, boolean fromBasis, boolean p99) {
	}

}
