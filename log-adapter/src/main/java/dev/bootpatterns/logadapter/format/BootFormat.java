package dev.bootpatterns.logadapter.format;

import java.util.ArrayList;
import java.util.List;

import dev.bootpatterns.logadapter.entry.LogEntry.HttpExchange;
import dev.bootpatterns.logadapter.entry.LogEntry.Kind;
import dev.bootpatterns.logadapter.entry.Severity;
import org.jspecify.annotations.Nullable;

/**
 * Spring Boot's plain line:
 * {@code time level pid --- [service] [thread] [trace-span] logger : message}. Service
 * and trace may be missing, as they are in Boot's own default without a name or tracing.
 * <p>
 * Reactor Netty logs its access lines through a logger: those get their request too.
 */
final class BootFormat implements LineFormat {

	private static final String ACCESS_LOGGER = "AccessLog";

	private static final int MAX_GROUPS = 4;

	// Reactor Netty prints milliseconds.
	private final AccessFormat nettyAccess = new AccessFormat(1);

	@Override
	public @Nullable Head parse(String line) {
		Moment moment = Moment.iso(line);
		if (moment == null) {
			return null;
		}
		int level = skipBlanks(line, moment.end());
		int levelEnd = line.indexOf(' ', level);
		Severity severity = (levelEnd > 0) ? Severity.ofLevel(line.substring(level, levelEnd)) : null;
		int dashes = (severity != null) ? line.indexOf("--- ", levelEnd) : -1;
		if (severity == null || dashes < 0) {
			return null;
		}
		long pid = pid(line, levelEnd, dashes);
		return (pid < -1) ? null : rest(line, dashes + 4, moment, severity, pid);
	}

	private @Nullable Head rest(String line, int from, Moment moment, Severity severity, long pid) {
		List<String> groups = new ArrayList<>(MAX_GROUPS);
		int i = from;
		while (i < line.length() && line.charAt(i) == '[' && groups.size() < MAX_GROUPS) {
			int end = line.indexOf("] ", i);
			if (end < 0) {
				return null;
			}
			groups.add(line.substring(i + 1, end).strip());
			i = end + 2;
		}
		int colon = line.indexOf(" : ", i);
		if (colon < 0 && line.endsWith(" :")) {
			colon = line.length() - 2;
		}
		if (groups.isEmpty() || colon < 0) {
			return null;
		}
		String logger = line.substring(i, colon).strip();
		return (logger.indexOf(' ') >= 0) ? null : head(groups, logger,
				(colon + 3 <= line.length()) ? line.substring(colon + 3) : "", moment, severity, pid);
	}

	private Head head(List<String> groups, String logger, String message, Moment moment, Severity severity, long pid) {
		String correlation = isCorrelation(groups.getLast()) ? groups.removeLast() : "-";
		int dash = correlation.indexOf('-');
		String thread = groups.isEmpty() ? null : groups.removeLast();
		String service = groups.isEmpty() ? null : groups.removeFirst();
		return new Head(Kind.BOOT, moment, severity, blankToNull(service), pid, blankToNull(thread),
				blankToNull(logger), message, blankToNull(correlation.substring(0, dash)),
				blankToNull(correlation.substring(dash + 1)), access(logger, message));
	}

	private @Nullable HttpExchange access(String logger, String message) {
		Head access = logger.endsWith(ACCESS_LOGGER) ? this.nettyAccess.parse(message) : null;
		return (access != null) ? access.http() : null;
	}

	/** The number, -1 if there is none, -2 if it is something else. */
	private static long pid(String line, int from, int to) {
		long pid = -1;
		for (int i = from; i < to; i++) {
			char character = line.charAt(i);
			if (character >= '0' && character <= '9' && pid < Integer.MAX_VALUE) {
				pid = Math.max(pid, 0) * 10 + character - '0';
			}
			else if (character != ' ') {
				return -2;
			}
		}
		return pid;
	}

	/** {@code -}, or trace and span as hexadecimal numbers with a dash between. */
	private static boolean isCorrelation(String group) {
		int dash = group.indexOf('-');
		return dash >= 0 && group.indexOf('-', dash + 1) < 0 && (group.length() == 1
				|| (dash >= 16 && isHex(group, 0, dash) && isHex(group, dash + 1, group.length())));
	}

	private static boolean isHex(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (Character.digit(text.charAt(i), 16) < 0) {
				return false;
			}
		}
		return true;
	}

	private static int skipBlanks(String line, int from) {
		int i = from;
		while (i < line.length() && line.charAt(i) == ' ') {
			i++;
		}
		return i;
	}

	private static @Nullable String blankToNull(@Nullable String text) {
		return (text == null || text.isBlank()) ? null : text;
	}

}
