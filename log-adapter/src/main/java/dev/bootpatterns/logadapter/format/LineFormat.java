package dev.bootpatterns.logadapter.format;

import org.jspecify.annotations.Nullable;

/**
 * A format that the first line of an entry may have. Formats are scanned by hand, from
 * left to right, each character a bounded number of times: no line, however odd, makes
 * one slow.
 */
sealed interface LineFormat permits BootFormat, AccessFormat {

	/**
	 * Reads a line.
	 * @param line the line
	 * @return what it says, or null if it has another format
	 */
	@Nullable Head parse(String line);

}
