package dev.bootpatterns.logadapter.live;

import dev.bootpatterns.logadapter.entry.LogEntry;
import dev.bootpatterns.logadapter.entry.Severity;

/**
 * An entry as it is handed out: its JSON, and what it can be filtered by.
 *
 * @param json without a line end
 * @param epochMillis when
 * @param severity how bad
 * @param service who
 */
// Nobody changes the array, and copying each entry for each reader would cost more than
// all the rest.
@SuppressWarnings("ArrayRecordComponent")
public record Published(byte[] json, long epochMillis, Severity severity, String service) {

	/** What an entry costs beside its JSON. */
	private static final int OVERHEAD = 96;

	/**
	 * Makes one.
	 * @param entry the entry
	 * @param json its JSON
	 * @return what is handed out
	 */
	public static Published of(LogEntry entry, byte[] json) {
		return new Published(json, entry.epochMillis(), entry.severity(), entry.service());
	}

	int bytes() {
		return this.json.length + OVERHEAD;
	}

}
