package dev.bootpatterns.worker.http;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.OutputProperties;
import dev.bootpatterns.worker.WorkItem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.RestClient;
import org.springframework.web.util.UriUtils;

/**
 * The container's side of the contract: what it is sent, and what its answers mean.
 */
final class Container {

	private static final Logger logger = LoggerFactory.getLogger(Container.class);

	/** Says nothing about the item. */
	private static final Set<Integer> PASSING = Set.of(408, 425, 429);

	private static final int CONFLICT = 409;

	private static final int MAX_PROBLEM = 64 * 1024;

	private final RestClient http;

	private final URI url;

	private final OutputProperties outputs;

	private final JsonMapper json;

	private final ObjectWriter ascii;

	Container(RestClient http, URI url, OutputProperties outputs, JsonMapper json) {
		this.http = http;
		this.url = url;
		this.outputs = outputs;
		this.json = json;
		this.ascii = json.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);
	}

	Outcome post(WorkItem item) {
		return this.http.post()
			.uri(this.url)
			.header("X-Job", item.job())
			.header("X-Item", encoded(item.id()))
			.header("X-Attempt", Integer.toString(item.attempt()))
			.header("X-Parameters", this.ascii.writeValueAsString(item.parameters()))
			.header("X-Owner-Term", Long.toString(item.ownerTerm()))
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.body(item.bytes())
			.exchangeForRequiredValue((_, response) -> outcome(response));
	}

	/**
	 * As in a URL's path: a header takes no more than ASCII. Whatever is no unreserved
	 * character is encoded, the percent sign too, so that decoding always gives the id.
	 */
	private static String encoded(String id) {
		return Arrays.stream(id.split("/", -1))
			.map((segment) -> UriUtils.encode(segment, StandardCharsets.UTF_8))
			.collect(Collectors.joining("/"));
	}

	private Outcome outcome(ClientHttpResponse response) throws IOException {
		int status = response.getStatusCode().value();
		if (status >= 200 && status < 300) {
			return done(response);
		}
		String reason = "%s answered %d %s".formatted(this.url, status, problem(response, status));
		if (status == CONFLICT) {
			return Outcome.stale(reason);
		}
		return (status >= 400 && status < 500 && !PASSING.contains(status)) ? Outcome.rejected(reason)
				: Outcome.failed(reason);
	}

	private Outcome done(ClientHttpResponse response) throws IOException {
		int limit = (int) this.outputs.maxOutput().toBytes();
		byte[] output = response.getBody().readNBytes(limit + 1);
		if (output.length > limit) {
			return this.outputs.tooLarge(Math.max(output.length, response.getHeaders().getContentLength()));
		}
		return (output.length > 0) ? Outcome.done(output) : Outcome.done();
	}

	/** Its title and detail if it is one; otherwise the name of the status. */
	private String problem(ClientHttpResponse response, int status) throws IOException {
		String name = Optional.ofNullable(HttpStatus.resolve(status)).map(HttpStatus::getReasonPhrase).orElse("");
		byte[] answer = response.getBody().readNBytes(MAX_PROBLEM);
		if (!MediaType.APPLICATION_PROBLEM_JSON.isCompatibleWith(response.getHeaders().getContentType())) {
			return name;
		}
		try {
			JsonNode problem = this.json.readTree(answer);
			String title = problem.path("title").asString(name);
			String detail = problem.path("detail").asString("");
			return detail.isEmpty() ? title : title + ": " + detail;
		}
		catch (JacksonException ex) {
			logger.debug("An answer that says it is a problem is not JSON", ex);
			return name;
		}
	}

}
