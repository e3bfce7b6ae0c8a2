package dev.bootpatterns.logadapter.entry;

import org.jspecify.annotations.Nullable;

/**
 * How bad it is, from least to most; {@link #UNKNOWN} where the line does not tell.
 */
public enum Severity {

	/** No format matched the line. */
	UNKNOWN,

	/** Finest detail. */
	TRACE,

	/** Detail for developers. */
	DEBUG,

	/** What normally happens. */
	INFO,

	/** Something to look at. */
	WARN,

	/** Something failed. */
	ERROR,

	/** The process cannot go on. */
	FATAL;

	/**
	 * Reads a level as loggers print it.
	 * @param text the level in capitals
	 * @return the severity, or null if it is no level
	 */
	public static @Nullable Severity ofLevel(String text) {
		return switch (text) {
			case "TRACE" -> TRACE;
			case "DEBUG" -> DEBUG;
			case "INFO" -> INFO;
			case "WARN" -> WARN;
			case "ERROR" -> ERROR;
			case "FATAL" -> FATAL;
			default -> null;
		};
	}

	/**
	 * Whether an entry of this severity is wanted by who asks for another one and worse.
	 * Unknown ones are wanted only by who asks for unknown ones.
	 * @param least what was asked for
	 * @return whether it is wanted
	 */
	public boolean isAtLeast(Severity least) {
		return (least == UNKNOWN) ? this == UNKNOWN : compareTo(least) >= 0;
	}

}
