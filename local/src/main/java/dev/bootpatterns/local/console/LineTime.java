package dev.bootpatterns.local.console;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The time that a log line begins with: Spring Boot's and ours
 * ({@code 2026-11-22T20:46:28.240Z}), PostgreSQL's ({@code 2026-11-22 20:46:28.240 UTC}),
 * or an access log's ({@code … [22/Nov/2026:20:46:28 +0000] …}).
 */
final class LineTime {

	private static final int DATE_AND_TIME = "2026-11-22T20:46:28.240".length();

	private static final DateTimeFormatter ACCESS = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z",
			Locale.ENGLISH);

	private LineTime() {
	}

	static @Nullable Instant of(String line) {
		try {
			if (line.length() > DATE_AND_TIME && line.charAt(4) == '-' && line.charAt(10) == 'T') {
				int end = line.indexOf(' ');
				return OffsetDateTime.parse((end > 0) ? line.substring(0, end) : line).toInstant();
			}
			if (line.length() > DATE_AND_TIME && line.charAt(4) == '-' && line.charAt(10) == ' ') {
				return Instant.parse(line.substring(0, 10) + 'T' + line.substring(11, DATE_AND_TIME) + 'Z');
			}
			int open = line.indexOf('[');
			int close = line.indexOf(']');
			return (open > 0 && close > open + 20)
					? OffsetDateTime.parse(line.substring(open + 1, close), ACCESS).toInstant() : null;
		}
		catch (DateTimeParseException ex) {
			return null;
		}
	}

}
