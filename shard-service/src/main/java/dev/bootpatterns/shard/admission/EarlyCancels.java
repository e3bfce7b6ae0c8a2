package dev.bootpatterns.shard.admission;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Cancels whose search has not come yet, for some time and up to some number; the oldest
 * go first. Not safe for use by many threads at once.
 */
final class EarlyCancels {

	private final long nanos;

	private final int max;

	/** By id, until when it is remembered; in the order of that. */
	private final LinkedHashMap<String, Long> ids = new LinkedHashMap<>();

	EarlyCancels(long nanos, int max) {
		this.nanos = nanos;
		this.max = max;
	}

	void add(String id, long now) {
		this.ids.putLast(id, now + this.nanos);
		while (isDue(this.ids.firstEntry(), now)) {
			this.ids.pollFirstEntry();
		}
	}

	private boolean isDue(Map.@Nullable Entry<String, Long> entry, long now) {
		return entry != null && (this.ids.size() > this.max || entry.getValue() - now <= 0);
	}

	/**
	 * Takes the cancel of a search, if there is one.
	 * @param id the search
	 * @param now the time
	 * @return whether the search was cancelled
	 */
	boolean take(String id, long now) {
		Long until = this.ids.remove(id);
		return until != null && until - now > 0;
	}

	int size() {
		return this.ids.size();
	}

}
