package dev.bootpatterns.shard.documents;

import java.time.Instant;
import java.util.regex.Pattern;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * Until when a router waits for the effect of a write: milliseconds since 1970 UTC. An
 * instant and not a duration, since a request may lie in a queue before it is read.
 */
final class Deadline {

	static final String HEADER = "X-Write-Deadline";

	private static final Instant NONE = Instant.parse("9999-01-01T00:00:00Z");

	private static final Pattern MILLIS = Pattern.compile("[0-9]{1,15}");

	private Deadline() {
	}

	static Instant of(HttpHeaders headers) {
		String header = headers.getFirst(HEADER);
		if (header == null) {
			return NONE;
		}
		if (!MILLIS.matcher(header).matches()) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					HEADER + " must be a number of milliseconds since 1970");
		}
		return Instant.ofEpochMilli(Long.parseLong(header));
	}

}
