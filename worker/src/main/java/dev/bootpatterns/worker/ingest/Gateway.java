package dev.bootpatterns.worker.ingest;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;

import io.micrometer.core.instrument.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.RestClient;
import org.springframework.web.util.DefaultUriBuilderFactory;
import org.springframework.web.util.DefaultUriBuilderFactory.EncodingMode;

/**
 * The gateway's HTTP API, as far as a worker needs it.
 */
final class Gateway {

	private static final Logger logger = LoggerFactory.getLogger(Gateway.class);

	/** More of an answer than this is not read; its connection is then given up. */
	private static final int MAX_ANSWER = 64 * 1024;

	private final RestClient http;

	private final JsonMapper json;

	private final Clock clock;

	Gateway(RestClient.Builder http, String baseUrl, JsonMapper json, Clock clock) {
		DefaultUriBuilderFactory uris = new DefaultUriBuilderFactory(baseUrl);
		// Paths come encoded; encoding them by the template would let ";" and others
		// through.
		uris.setEncodingMode(EncodingMode.NONE);
		this.http = http.uriBuilderFactory(uris).build();
		this.json = json;
		this.clock = clock;
	}

	Reply putDocument(String encodedId, byte[] document, long ownerTerm) {
		return this.http.put()
			.uri("/documents/{id}", encodedId)
			.header("X-Owner-Term", Long.toString(ownerTerm))
			.contentType(MediaType.APPLICATION_JSON)
			.accept(MediaType.APPLICATION_JSON, MediaType.APPLICATION_PROBLEM_JSON)
			.body(document)
			.exchangeForRequiredValue((_, response) -> reply(response));
	}

	private Reply reply(ClientHttpResponse response) throws IOException {
		int status = response.getStatusCode().value();
		// Read even if of no interest: only a connection that was read to the end is used
		// again.
		byte[] answer = response.getBody().readNBytes(MAX_ANSWER);
		String name = Optional.ofNullable(HttpStatus.resolve(status)).map(HttpStatus::getReasonPhrase).orElse("");
		boolean problem = MediaType.APPLICATION_PROBLEM_JSON.isCompatibleWith(response.getHeaders().getContentType());
		return new Reply(status, retryAfter(response.getHeaders()), problem ? problem(answer, name) : name);
	}

	private String problem(byte[] answer, String otherwise) {
		try {
			JsonNode problem = this.json.readTree(answer);
			String title = problem.path("title").asString(otherwise);
			String detail = problem.path("detail").asString("");
			return detail.isEmpty() ? title : title + ": " + detail;
		}
		catch (JacksonException ex) {
			logger.debug("An answer that says it is a problem is not JSON", ex);
			return otherwise;
		}
	}

	private Optional<Duration> retryAfter(HttpHeaders headers) {
		String value = Objects.requireNonNullElse(headers.getFirst(HttpHeaders.RETRY_AFTER), "").trim();
		if (value.isEmpty()) {
			return Optional.empty();
		}
		try {
			if (value.chars().allMatch((c) -> c >= '0' && c <= '9')) {
				return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
			}
			Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
			return Optional.of(Duration.between(Instant.ofEpochMilli(this.clock.wallTime()), at));
		}
		catch (DateTimeParseException | NumberFormatException ex) {
			logger.debug("Retry-After is neither seconds nor a date: {}", value, ex);
			return Optional.empty();
		}
	}

}
