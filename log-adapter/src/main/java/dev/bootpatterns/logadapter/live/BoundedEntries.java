package dev.bootpatterns.logadapter.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Entries in order, bounded in number and in bytes: the oldest go first. Not thread-safe.
 */
final class BoundedEntries {

	private final int maxEntries;

	private final long maxBytes;

	private final ArrayDeque<Published> entries = new ArrayDeque<>();

	private long bytes;

	BoundedEntries(int maxEntries, long maxBytes) {
		this.maxEntries = maxEntries;
		this.maxBytes = maxBytes;
	}

	/**
	 * Adds one at the end.
	 * @param entry the entry
	 * @return how many had to go for it
	 */
	int add(Published entry) {
		this.entries.addLast(entry);
		this.bytes += entry.bytes();
		int gone = 0;
		while (this.entries.size() > this.maxEntries || (this.bytes > this.maxBytes && this.entries.size() > 1)) {
			poll();
			gone++;
		}
		return gone;
	}

	@Nullable Published poll() {
		Published oldest = this.entries.pollFirst();
		this.bytes -= (oldest != null) ? oldest.bytes() : 0;
		return oldest;
	}

	/** The newest that are wanted, oldest first. */
	List<Published> last(int limit, EntryFilter filter) {
		List<Published> last = new ArrayList<>();
		for (Iterator<Published> all = this.entries.descendingIterator(); all.hasNext() && last.size() < limit;) {
			Published entry = all.next();
			if (filter.accepts(entry)) {
				last.add(entry);
			}
		}
		Collections.reverse(last);
		return last;
	}

	boolean isEmpty() {
		return this.entries.isEmpty();
	}

}
