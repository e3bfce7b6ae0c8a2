package dev.bootpatterns.fault;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;

/**
 * What becomes of a part of the requests.
 *
 * @param delay how long each of them is held before its work begins, whole milliseconds
 * up to 30 s; zero is not at all
 * @param abort the status that it is answered with instead of the work, 400 to 599; 0 is
 * none
 * @param percent how many of 100 requests it strikes, 0 to 100
 */
public record Fault(Duration delay, int abort, double percent) {

	/** Strikes nobody. */
	public static final Fault NONE = new Fault(Duration.ZERO, 0, 0);

	private static final Duration MAX_DELAY = Duration.ofSeconds(30);

	private static final int MIN_ABORT = 400;

	private static final int MAX_ABORT = 599;

	private static final int ALL = 100;

	/**
	 * Reads a fault.
	 * @param delay such as {@code 500ms} or {@code 2s}; null is none
	 * @param abort a status; null is none
	 * @param percent required
	 * @return the fault
	 * @throws IllegalArgumentException naming what is not as it must be
	 */
	public static Fault of(@Nullable String delay, @Nullable String abort, @Nullable String percent) {
		Fault fault = new Fault((delay != null) ? delay(delay) : Duration.ZERO, (abort != null) ? abort(abort) : 0,
				percent(percent));
		if (fault.delay.isZero() && fault.abort == 0) {
			throw new IllegalArgumentException("Give 'delay', 'abort' or both");
		}
		return fault;
	}

	private static Duration delay(String text) {
		String rule = "'delay' must be a duration from 0s to 30s, such as 500ms";
		try {
			Duration delay = DurationStyle.detectAndParse(text);
			require(!delay.isNegative() && delay.compareTo(MAX_DELAY) <= 0, rule);
			return Duration.ofMillis(delay.toMillis());
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(rule, ex);
		}
	}

	private static int abort(String text) {
		String rule = "'abort' must be a status from 400 to 599";
		try {
			int abort = Integer.parseInt(text);
			require(abort >= MIN_ABORT && abort <= MAX_ABORT, rule);
			return abort;
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException(rule, ex);
		}
	}

	/** Required, so that a misspelt one does not become all requests. */
	private static double percent(@Nullable String text) {
		String rule = "'percent' must be a number from 0 to 100";
		try {
			double percent = Double.parseDouble((text != null) ? text : "");
			require(percent >= 0 && percent <= ALL, rule);
			return percent;
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException(rule, ex);
		}
	}

	private static void require(boolean condition, String otherwise) {
		if (!condition) {
			throw new IllegalArgumentException(otherwise);
		}
	}

	/**
	 * Whether it strikes a request.
	 * @param random from 0 up to, and without, 1
	 */
	boolean strikes(double random) {
		return random * ALL < this.percent;
	}

}
