package dev.bootpatterns.local.console;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the commands print. On a terminal, one line is rewritten while something goes on;
 * elsewhere each change is a line of its own.
 */
public final class Console {

	private static final String CLEAR_LINE = "\r\u001b[K";

	private final PrintStream out;

	private final boolean terminal;

	private String transientLine = "";

	/**
	 * A console.
	 * @param out where to print
	 * @param terminal whether somebody looks at it
	 */
	public Console(PrintStream out, boolean terminal) {
		this.out = out;
		this.terminal = terminal;
	}

	/**
	 * The console of this process.
	 * @return with colours and rewritten lines when it is a terminal and {@code NO_COLOR}
	 * is not set
	 */
	public static Console system() {
		// The shell knows, and asking it costs nothing; System.console() loads a line
		// editor.
		boolean terminal = Boolean.getBoolean("suite.terminal")
				&& System.getenv().getOrDefault("NO_COLOR", "").isEmpty() && !"dumb".equals(System.getenv("TERM"));
		return new Console(System.out, terminal);
	}

	public boolean terminal() {
		return this.terminal;
	}

	/**
	 * Prints a line that stays.
	 * @param text the line
	 */
	public void line(String text) {
		clear();
		this.out.println(text);
		this.out.flush();
	}

	/**
	 * Shows what is going on: replaces the line before on a terminal, and is a line of
	 * its own elsewhere, unless nothing changed.
	 * @param text the line
	 */
	public void progress(String text) {
		if (text.equals(this.transientLine)) {
			return;
		}
		if (this.terminal) {
			this.out.print(CLEAR_LINE + text);
		}
		else {
			this.out.println(text);
		}
		this.out.flush();
		this.transientLine = text;
	}

	private void clear() {
		if (this.terminal && !this.transientLine.isEmpty()) {
			this.out.print(CLEAR_LINE);
		}
		this.transientLine = "";
	}

	/**
	 * A column-aligned table.
	 * @param header the titles
	 * @param rows the cells
	 */
	public void table(List<String> header, List<List<String>> rows) {
		List<List<String>> all = new ArrayList<>();
		all.add(header);
		all.addAll(rows);
		int[] widths = new int[header.size()];
		all.forEach((row) -> Arrays.setAll(widths, (column) -> Math.max(widths[column], row.get(column).length())));
		for (List<String> row : all) {
			StringBuilder line = new StringBuilder();
			for (int column = 0; column < row.size(); column++) {
				line.append(row.get(column)).repeat(" ", widths[column] - row.get(column).length() + 2);
			}
			line(line.toString().stripTrailing());
		}
	}

	/**
	 * A duration for people.
	 * @param duration the duration
	 * @return such as {@code 850 ms}, {@code 4.2 s}, {@code 1 min 5 s}
	 */
	public static String text(Duration duration) {
		if (duration.toMillis() < 1000) {
			return duration.toMillis() + " ms";
		}
		return (duration.toSeconds() < 60) ? String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0)
				: "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
	}

}
