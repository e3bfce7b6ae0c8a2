package dev.bootpatterns.local.console;

import java.time.Duration;
import java.util.Locale;

/**
 * A bar with rate and time left, as one line of text.
 */
public final class ProgressBar {

	private static final int WIDTH = 30;

	private ProgressBar() {
	}

	/**
	 * The line.
	 * @param label what makes progress
	 * @param done how much is done, not negative
	 * @param total of how much; 0 while that is not known
	 * @param perSecond the rate; 0 while that is not known
	 * @param eta what is left; zero or negative while that is not known
	 * @return such as {@code indexing ████░░░░ 40 % 1360/3400 · 95/s · 21.4 s left}
	 */
	public static String render(String label, long done, long total, double perSecond, Duration eta) {
		if (total <= 0) {
			return "%s … %d".formatted(label, done);
		}
		double fraction = Math.clamp((double) done / total, 0, 1);
		int filled = (int) (fraction * WIDTH);
		StringBuilder line = new StringBuilder(label).append(' ')
			.repeat("█", filled)
			.repeat("░", WIDTH - filled)
			.append(String.format(Locale.ROOT, " %3d %% %d/%d", (int) (fraction * 100), done, total));
		if (perSecond > 0) {
			line.append(String.format(Locale.ROOT, " · %.0f/s", perSecond));
		}
		if (eta.isPositive() && done < total) {
			line.append(" · ").append(Console.text(eta)).append(" left");
		}
		return line.toString();
	}

}
