package dev.bootpatterns.logadapter.follow;

import dev.bootpatterns.logadapter.line.Line;

/**
 * Counts what is read.
 */
public interface ReadTally {

	/**
	 * A line was read.
	 * @param line the line
	 */
	void line(Line line);

	/**
	 * Bytes were read.
	 * @param count how many
	 */
	void bytes(long count);

	/**
	 * A file began anew under the reader's eyes.
	 */
	void truncated();

	/**
	 * A file could not be opened or read.
	 */
	void readFailed();

}
