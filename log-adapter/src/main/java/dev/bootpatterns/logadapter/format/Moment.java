package dev.bootpatterns.logadapter.format;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

import org.jspecify.annotations.Nullable;

/**
 * A time read from a line.
 *
 * @param epochMillis milliseconds since the epoch
 * @param text RFC 3339 in UTC
 * @param end index of the character after it
 */
record Moment(long epochMillis, String text, int end) {

	private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

	/**
	 * The time that a clock shows.
	 * @param instant the time
	 * @return the moment
	 */
	static Moment of(Instant instant) {
		return new Moment(instant.toEpochMilli(), instant.toString(), 0);
	}

	/**
	 * Reads {@code 2026-11-22T19:38:11.123Z}, also with an offset ({@code +01:00}), a
	 * blank for the T and any number of digits after the second.
	 * @param line begins with it
	 * @return the moment, or null if there is none
	 */
	static @Nullable Moment iso(String line) {
		if (line.length() < 20 || line.charAt(4) != '-' || line.charAt(7) != '-' || line.charAt(13) != ':'
				|| line.charAt(16) != ':' || (line.charAt(10) != 'T' && line.charAt(10) != ' ')) {
			return null;
		}
		int nanos = 0;
		int i = 19;
		if (line.charAt(i) == '.' || line.charAt(i) == ',') {
			int scale = 100_000_000;
			for (i++; i < line.length() && isDigit(line.charAt(i)); i++) {
				nanos += (line.charAt(i) - '0') * scale;
				scale /= 10;
			}
		}
		boolean utc = i < line.length() && line.charAt(i) == 'Z';
		Integer offset = utc ? Integer.valueOf(0) : offset(line, i);
		int end = utc ? i + 1 : i + 6;
		if (offset == null || (end < line.length() && line.charAt(end) != ' ')) {
			return null;
		}
		boolean verbatim = utc && line.charAt(10) == 'T' && line.charAt(19) != ',';
		return of(number(line, 0, 4), number(line, 5, 2), number(line, 8, 2), line, 11, offset, nanos,
				verbatim ? line.substring(0, i + 1) : null, end);
	}

	/**
	 * Reads {@code 22/Nov/2026:19:38:11 +0000}.
	 * @param line holds it
	 * @param from where it begins
	 * @return the moment, or null if there is none
	 */
	static @Nullable Moment common(String line, int from) {
		if (line.length() < from + 26 || line.charAt(from + 2) != '/' || line.charAt(from + 6) != '/'
				|| line.charAt(from + 11) != ':' || line.charAt(from + 20) != ' ') {
			return null;
		}
		int month = MONTHS.indexOf(line.substring(from + 3, from + 6));
		int hours = number(line, from + 22, 2);
		int minutes = number(line, from + 24, 2);
		if (month < 0 || month % 3 != 0 || hours < 0 || minutes < 0) {
			return null;
		}
		int sign = (line.charAt(from + 21) == '-') ? -1 : 1;
		return of(number(line, from + 7, 4), month / 3 + 1, number(line, from, 2), line, from + 12,
				sign * (hours * 3600 + minutes * 60), 0, null, from + 26);
	}

	private static @Nullable Moment of(int year, int month, int day, String line, int time, int offsetSeconds,
			int nanos, @Nullable String text, int end) {
		int hour = number(line, time, 2);
		int minute = number(line, time + 3, 2);
		int second = number(line, time + 6, 2);
		if (year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
			return null;
		}
		try {
			long seconds = LocalDate.of(year, month, day).toEpochDay() * 86_400 + hour * 3600L + minute * 60L + second
					- offsetSeconds;
			return new Moment(seconds * 1000 + nanos / 1_000_000,
					(text != null) ? text : Instant.ofEpochSecond(seconds, nanos).toString(), end);
		}
		catch (DateTimeException ex) {
			// 31 February: not a time, so not this format.
			return null;
		}
	}

	private static @Nullable Integer offset(String line, int at) {
		if (line.length() < at + 6 || line.charAt(at + 3) != ':') {
			return null;
		}
		int sign = (line.charAt(at) == '+') ? 1 : (line.charAt(at) == '-') ? -1 : 0;
		int hours = number(line, at + 1, 2);
		int minutes = number(line, at + 4, 2);
		return (sign == 0 || hours < 0 || minutes < 0) ? null : Integer.valueOf(sign * (hours * 3600 + minutes * 60));
	}

	/** The digits as a number; -1 if one is no digit. */
	private static int number(String line, int from, int digits) {
		int number = 0;
		for (int i = from; i < from + digits; i++) {
			if (!isDigit(line.charAt(i))) {
				return -1;
			}
			number = number * 10 + line.charAt(i) - '0';
		}
		return number;
	}

	private static boolean isDigit(char character) {
		return character >= '0' && character <= '9';
	}

}
