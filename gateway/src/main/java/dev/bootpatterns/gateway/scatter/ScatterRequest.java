package dev.bootpatterns.gateway.scatter;

import java.time.Duration;

import dev.bootpatterns.gateway.GatewayProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/**
 * A client's request that all leaves of a service answer together.
 *
 * @param kind what is asked: the route's id. How long leaves take is known by kind, since
 * a count is quicker than a search
 * @param service the sharded service's name in discovery
 * @param path the raw path
 * @param parameters of the query, decoded; without {@code explain}
 * @param start when it came, by {@link System#nanoTime()}
 * @param deadline how long it may take
 * @param minCoverage the share of the shards, 0 to 1, below which no answer is better
 * than a partial one
 * @param early whether the client said so: then leaves that are late are not waited for
 * once so many have answered
 * @param affinity what says whose replica is preferred, if the client said that
 * @param explain whether the answer tells where the time went
 */
record ScatterRequest(String kind, String service, String path, MultiValueMap<String, String> parameters, long start,
		Duration deadline, double minCoverage, boolean early, @Nullable String affinity, boolean explain) {

	static final String DEADLINE = "X-Deadline-Ms";

	static final String MIN_COVERAGE = "X-Min-Coverage";

	static final String AFFINITY = "X-Affinity";

	private static final int MAX_AFFINITY = 256;

	static ScatterRequest of(ServerHttpRequest request, String kind, String service, GatewayProperties properties) {
		long start = System.nanoTime();
		MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>(request.getQueryParams());
		boolean explain = Parameters.flag(parameters, "explain", "timing");
		parameters.remove("explain");
		long deadline = Parameters.whole(DEADLINE, request.getHeaders().getFirst(DEADLINE),
				properties.defaultDeadline().toMillis(), 1, properties.maxDeadline().toMillis());
		String minCoverage = request.getHeaders().getFirst(MIN_COVERAGE);
		String affinity = request.getHeaders().getFirst(AFFINITY);
		if (affinity != null && affinity.length() > MAX_AFFINITY) {
			throw Parameters.invalid("%s must have at most %d characters".formatted(AFFINITY, MAX_AFFINITY));
		}
		return new ScatterRequest(kind, service, request.getURI().getRawPath(), parameters, start,
				Duration.ofMillis(deadline), Parameters.share(MIN_COVERAGE, minCoverage, 0), minCoverage != null,
				affinity, explain);
	}

	/** The same, as a part of it that asks the leaves something else. */
	ScatterRequest ofKind(String other) {
		return new ScatterRequest(other, this.service, this.path, this.parameters, this.start, this.deadline,
				this.minCoverage, this.early, this.affinity, this.explain);
	}

	/** How long there is still time. */
	Duration left() {
		return Duration.ofNanos(Math.max(0, this.start + this.deadline.toNanos() - System.nanoTime()));
	}

}
