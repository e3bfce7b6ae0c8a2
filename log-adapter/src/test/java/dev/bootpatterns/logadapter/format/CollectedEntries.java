package dev.bootpatterns.logadapter.format;

import java.util.ArrayList;
import java.util.List;

import dev.bootpatterns.logadapter.entry.LogEntry;

/**
 * Keeps what it gets.
 */
public class CollectedEntries implements EntrySink {

	/** The entries. */
	public final List<LogEntry> entries = new ArrayList<>();

	/** The reasons of dropped lines, one a line. */
	public final List<DropReason> dropped = new ArrayList<>();

	@Override
	public void entry(LogEntry entry) {
		this.entries.add(entry);
	}

	@Override
	public void unreadable(LogEntry.Source source, String text, RuntimeException cause) {
		throw new AssertionError(text, cause);
	}

	@Override
	public void dropped(DropReason reason, int lines) {
		for (int i = 0; i < lines; i++) {
			this.dropped.add(reason);
		}
	}

	/**
	 * All lines.
	 * @return how many ended here
	 */
	public int lines() {
		return this.entries.stream().mapToInt((entry) -> entry.source().lines()).sum() + this.dropped.size();
	}

	/**
	 * The messages.
	 * @return in order
	 */
	public List<String> messages() {
		return this.entries.stream().map(LogEntry::message).toList();
	}

}
