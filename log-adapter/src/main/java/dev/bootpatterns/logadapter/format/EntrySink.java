package dev.bootpatterns.logadapter.format;

import dev.bootpatterns.logadapter.entry.LogEntry;
import dev.bootpatterns.logadapter.entry.LogEntry.Source;

/**
 * Where lines end up: each in exactly one entry, or dropped for a reason.
 */
public interface EntrySink {

	/**
	 * Takes an entry.
	 * @param entry the entry
	 */
	void entry(LogEntry entry);

	/**
	 * Takes lines that should have become an entry but could not.
	 * @param source where they were read
	 * @param text the lines
	 * @param cause what went wrong
	 */
	void unreadable(Source source, String text, RuntimeException cause);

	/**
	 * Takes note of lines that become no entry.
	 * @param reason why
	 * @param lines how many
	 */
	void dropped(DropReason reason, int lines);

	/**
	 * Why a line becomes no entry.
	 */
	enum DropReason {

		/** Nothing in it, and not within an entry. */
		BLANK,

		/** The adapter itself logged it: following it would never end. */
		OWN

	}

}
