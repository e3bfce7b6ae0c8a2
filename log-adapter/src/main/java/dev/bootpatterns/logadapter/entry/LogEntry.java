package dev.bootpatterns.logadapter.entry;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One structured log entry; its JSON form is this record, without what is null.
 *
 * @param timestamp when it was logged, RFC 3339 in UTC; when it was read if the line does
 * not tell
 * @param severity how bad it is
 * @param service who logged it: as the line says, otherwise the file's name up to its
 * first dot
 * @param thread the thread
 * @param logger the logger, as short as the line has it
 * @param message what was logged; the raw line where no format matched
 * @param traceId W3C trace id
 * @param spanId W3C span id
 * @param exception the exception logged with it
 * @param http the request, if this is an access-log line
 * @param source where it was read
 * @param marks what was done to it: {@code truncated}, {@code invalid-utf8},
 * {@code continued}; null if nothing
 * @param kind which format matched
 * @param epochMillis the timestamp as a number
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LogEntry(String timestamp, Severity severity, String service, @Nullable String thread,
		@Nullable String logger, String message, @Nullable String traceId, @Nullable String spanId,
		@Nullable Thrown exception, @Nullable HttpExchange http, Source source, @Nullable List<String> marks,
		@JsonIgnore Kind kind, @JsonIgnore long epochMillis) {

	/**
	 * Which format matched.
	 */
	public enum Kind {

		/** A line of Spring Boot. */
		BOOT,

		/** A line of an access log. */
		ACCESS,

		/** No known format. */
		UNKNOWN

	}

	/**
	 * An exception.
	 *
	 * @param type its class; null if the trace has no header
	 * @param message its message
	 * @param stackTrace all lines, causes too
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record Thrown(@Nullable String type, @Nullable String message, String stackTrace) {
	}

	/**
	 * A request and its answer.
	 *
	 * @param method the method; null if the request could not be read
	 * @param path the request target, query and all
	 * @param status the status
	 * @param bytes size of the answer's body; null if it had none
	 * @param durationMs time taken
	 * @param client who asked
	 * @param referer where the client came from
	 * @param userAgent what the client is
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record HttpExchange(@Nullable String method, @Nullable String path, @Nullable Integer status,
			@Nullable Long bytes, @Nullable Double durationMs, String client, @Nullable String referer,
			@Nullable String userAgent) {
	}

	/**
	 * Where an entry was read. Offset and length are those of the bytes in the file, so
	 * that what has been written tells how far reading got.
	 *
	 * @param file the file's path when it was read
	 * @param id what stays the same when the file is renamed
	 * @param offset of the first byte
	 * @param length in bytes, line ends included
	 * @param lines number of lines
	 */
	public record Source(String file, String id, long offset, long length, int lines) {
	}

}
