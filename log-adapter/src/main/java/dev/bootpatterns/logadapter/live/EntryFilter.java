package dev.bootpatterns.logadapter.live;

import java.time.Instant;

import dev.bootpatterns.logadapter.entry.Severity;
import org.jspecify.annotations.Nullable;

/**
 * Which entries somebody wants. What is null does not matter.
 *
 * @param service who logged it
 * @param severity how bad at least
 * @param since not older
 */
record EntryFilter(@Nullable String service, @Nullable Severity severity, @Nullable Instant since) {

	boolean accepts(Published entry) {
		return (this.service == null || this.service.equals(entry.service()))
				&& (this.severity == null || entry.severity().isAtLeast(this.severity))
				&& (this.since == null || entry.epochMillis() >= this.since.toEpochMilli());
	}

}
