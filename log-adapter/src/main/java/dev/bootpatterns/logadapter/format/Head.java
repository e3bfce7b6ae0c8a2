package dev.bootpatterns.logadapter.format;

import dev.bootpatterns.logadapter.entry.LogEntry.HttpExchange;
import dev.bootpatterns.logadapter.entry.LogEntry.Kind;
import dev.bootpatterns.logadapter.entry.Severity;
import org.jspecify.annotations.Nullable;

/**
 * What a format found in the first line of an entry.
 *
 * @param kind the format
 * @param moment when
 * @param severity how bad
 * @param service who; null if the line does not tell
 * @param pid process number; -1 if the line does not tell
 * @param thread the thread
 * @param logger the logger
 * @param message the rest
 * @param traceId W3C trace id
 * @param spanId W3C span id
 * @param http the request, of an access-log line
 */
record Head(Kind kind, Moment moment, Severity severity, @Nullable String service, long pid, @Nullable String thread,
		@Nullable String logger, String message, @Nullable String traceId, @Nullable String spanId,
		@Nullable HttpExchange http) {

	/** Whether lines that follow may belong to it: an access log has none such. */
	boolean mayContinue() {
		return this.kind != Kind.ACCESS;
	}

}
