package dev.bootpatterns.logadapter.live;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;

import dev.bootpatterns.logadapter.entry.Severity;
import dev.bootpatterns.logadapter.live.LiveEntries.TooManySubscribersException;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.PositiveOrZero;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * {@code GET /logs}: the most recent entries, and with {@code follow=true} those to come.
 * Following blocks the request's thread, a virtual one.
 */
@RestController
class LogsController {

	private final LiveEntries entries;

	private final LiveProperties properties;

	LogsController(LiveEntries entries, LiveProperties properties) {
		this.entries = entries;
		this.properties = properties;
	}

	@GetMapping(path = "/logs", params = "follow!=true", produces = MediaType.APPLICATION_NDJSON_VALUE)
	void recent(@RequestParam(defaultValue = "100") @PositiveOrZero int limit,
			@RequestParam(required = false) @Nullable String service,
			@RequestParam(required = false) @Nullable String severity,
			@RequestParam(required = false) @Nullable String since, HttpServletResponse response) throws IOException {
		EntryFilter filter = filter(service, severity, since);
		begin(response, MediaType.APPLICATION_NDJSON_VALUE);
		LineFraming framing = LineFraming.NDJSON;
		for (Published entry : this.entries.recent(limit, filter)) {
			framing.write(response.getOutputStream(), entry);
		}
	}

	@GetMapping(path = "/logs", params = "follow=true", produces = MediaType.APPLICATION_NDJSON_VALUE)
	void follow(@RequestParam(defaultValue = "10") @PositiveOrZero int limit,
			@RequestParam(required = false) @Nullable String service,
			@RequestParam(required = false) @Nullable String severity,
			@RequestParam(required = false) @Nullable String since, HttpServletResponse response) throws IOException {
		follow(limit, filter(service, severity, since), LineFraming.NDJSON, response);
	}

	@GetMapping(path = "/logs", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	void events(@RequestParam(defaultValue = "10") @PositiveOrZero int limit,
			@RequestParam(required = false) @Nullable String service,
			@RequestParam(required = false) @Nullable String severity,
			@RequestParam(required = false) @Nullable String since, HttpServletResponse response) throws IOException {
		follow(limit, filter(service, severity, since), LineFraming.EVENTS, response);
	}

	private void follow(int limit, EntryFilter filter, LineFraming framing, HttpServletResponse response)
			throws IOException {
		Subscription subscription = this.entries.subscribe(limit, filter);
		try {
			begin(response, framing.contentType());
			response.flushBuffer();
			OutputStream out = response.getOutputStream();
			boolean closed = false;
			while (!closed) {
				Subscription.Batch batch = subscription.take(this.properties.heartbeat());
				framing.write(out, batch);
				out.flush();
				closed = batch.closed();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.entries.unsubscribe(subscription);
		}
	}

	private static void begin(HttpServletResponse response, String contentType) {
		response.setContentType(contentType);
		response.setCharacterEncoding(StandardCharsets.UTF_8.name());
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
	}

	private static EntryFilter filter(@Nullable String service, @Nullable String severity, @Nullable String since) {
		return new EntryFilter(service, (severity != null) ? severity(severity) : null,
				(since != null) ? instant(since) : null);
	}

	private static Severity severity(String text) {
		String name = text.toUpperCase(Locale.ROOT);
		return Arrays.stream(Severity.values())
			.filter((severity) -> severity.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"severity must be one of " + Arrays.toString(Severity.values())));
	}

	private static Instant instant(String text) {
		try {
			return Instant.parse(text);
		}
		catch (DateTimeParseException ex) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"since must be a time such as 2026-11-22T19:38:11Z", ex);
		}
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> tooMany(TooManySubscribersException ex) {
		return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
			.header(HttpHeaders.RETRY_AFTER, "5")
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, ex.getMessage()));
	}

}
