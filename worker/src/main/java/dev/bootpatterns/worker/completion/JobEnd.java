package dev.bootpatterns.worker.completion;

import java.io.IOException;
import java.util.OptionalInt;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * A job is over, and its owner says so. However empty the queue is, the owner may be
 * about to fill it, and items may wait to be tried again; whoever cannot be asked, or
 * does not know at the moment, has not said that it is over.
 */
class JobEnd implements End {

	private static final Logger logger = LoggerFactory.getLogger(JobEnd.class);

	/** A job that went well. */
	private static final int WELL = 0;

	/** One whose end leaves something to do for a human; running again does not help. */
	private static final int NOT_WELL = 1;

	private static final int MAX_ANSWER = 64 * 1024;

	private final RestClient http;

	private final JsonMapper json;

	private final String job;

	private boolean silent;

	JobEnd(RestClient http, JsonMapper json, String job) {
		this.http = http;
		this.json = json;
		this.job = job;
	}

	@Override
	public OptionalInt reached() {
		try {
			OptionalInt end = this.http.get()
				.uri("/jobs/{id}", this.job)
				.exchangeForRequiredValue((_, response) -> end(response));
			this.silent = false;
			return end;
		}
		catch (RestClientException | JacksonException ex) {
			if (!this.silent) {
				logger.warn("Whether job {} is over cannot be said at the moment: {}", this.job, ex.getMessage());
			}
			this.silent = true;
			return OptionalInt.empty();
		}
	}

	private OptionalInt end(ClientHttpResponse response) throws IOException {
		byte[] answer = response.getBody().readNBytes(MAX_ANSWER);
		if (response.getStatusCode().isSameCodeAs(HttpStatus.NOT_FOUND)) {
			logger.error("There is no job {}: the worker ends with {}", this.job, NOT_WELL);
			return OptionalInt.of(NOT_WELL);
		}
		if (!response.getStatusCode().isSameCodeAs(HttpStatus.OK)) {
			throw new RestClientException("it was answered " + response.getStatusCode());
		}
		JsonNode found = this.json.readTree(answer);
		return switch (found.path("state").asString("")) {
			case "DONE" -> {
				int code = (found.path("dead").asLong(0) == 0) ? WELL : NOT_WELL;
				logger.info("Job {} is DONE, {} items done and {} dead: the worker ends with {}", this.job,
						found.path("done").asLong(0), found.path("dead").asLong(0), code);
				yield OptionalInt.of(code);
			}
			case "FAILED" -> {
				logger.error("Job {} has FAILED, {}: the worker ends with {}", this.job,
						found.path("reason").asString(""), NOT_WELL);
				yield OptionalInt.of(NOT_WELL);
			}
			default -> OptionalInt.empty();
		};
	}

}
