package dev.bootpatterns.gateway.scatter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.bootpatterns.gateway.GatewayProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.UriUtils;

/**
 * A client's search.
 *
 * @param path the raw path
 * @param query the raw query for a leaf: the client's, but for the first
 * {@code offset + limit} hits
 * @param offset how many of the best hits to leave out
 * @param limit how many to return
 * @param deadline how long it may take
 * @param minCoverage the share of the shards, 0 to 1, below which no answer is better
 * than a partial one
 */
record SearchRequest(String path, String query, int offset, int limit, Duration deadline, double minCoverage) {

	/** How deep a client may page; the leaves have the same bound. */
	static final int MAX_DEPTH = 1000;

	static SearchRequest of(ServerHttpRequest request, GatewayProperties properties) {
		var parameters = request.getQueryParams();
		int limit = (int) whole("'limit'", parameters.getFirst("limit"), 10, 0, MAX_DEPTH);
		int offset = (int) whole("'offset'", parameters.getFirst("offset"), 0, 0, MAX_DEPTH);
		if (offset + limit > MAX_DEPTH) {
			throw invalid("'offset' + 'limit' must not exceed %d".formatted(MAX_DEPTH));
		}
		String words = parameters.getFirst("q");
		if (words == null || words.isBlank()) {
			throw invalid("'q' is missing");
		}
		long deadline = whole("X-Deadline-Ms", request.getHeaders().getFirst("X-Deadline-Ms"),
				properties.defaultDeadline().toMillis(), 1, properties.maxDeadline().toMillis());
		double minCoverage = share("X-Min-Coverage", request.getHeaders().getFirst("X-Min-Coverage"), 0);
		return new SearchRequest(request.getURI().getRawPath(), query(parameters, offset + limit), offset, limit,
				Duration.ofMillis(deadline), minCoverage);
	}

	/**
	 * Encoded anew: a client may send what a URI does not allow, such as {@code int[]}.
	 */
	private static String query(MultiValueMap<String, String> parameters, int limit) {
		MultiValueMap<String, String> forLeaf = new LinkedMultiValueMap<>(parameters);
		forLeaf.set("limit", Integer.toString(limit));
		forLeaf.set("offset", "0");
		List<String> pairs = new ArrayList<>();
		forLeaf.forEach((name, values) -> values
			.forEach((value) -> pairs.add(encoded(name) + "=" + encoded((value != null) ? value : ""))));
		return String.join("&", pairs);
	}

	private static String encoded(String text) {
		return UriUtils.encode(text, StandardCharsets.UTF_8);
	}

	private static long whole(String name, @Nullable String text, long otherwise, long min, long max) {
		if (text == null) {
			return otherwise;
		}
		try {
			long number = Long.parseLong(text.strip());
			if (number >= min && number <= max) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// The answer is the same as for a number out of range.
		}
		throw invalid("%s must be a whole number from %d to %d".formatted(name, min, max));
	}

	private static double share(String name, @Nullable String text, double otherwise) {
		if (text == null) {
			return otherwise;
		}
		try {
			double number = Double.parseDouble(text.strip());
			if (number >= 0 && number <= 1) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// The answer is the same as for a number out of range.
		}
		throw invalid("%s must be a number from 0 to 1".formatted(name));
	}

	private static ResponseStatusException invalid(String detail) {
		return new ResponseStatusException(HttpStatus.BAD_REQUEST, detail);
	}

}
