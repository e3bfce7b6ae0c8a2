package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import dev.bootpatterns.local.client.GatewayClient;

/**
 * Adapter: logs of different formats become one stream of one structure.
 */
final class Adapter implements TourStep {

	/** The shard writes its access log down every ten seconds. */
	private static final Duration SEEN = Duration.ofSeconds(15);

	private static final String PATH = "\"path\":\"";

	@Override
	public String pattern() {
		return "Adapter";
	}

	@Override
	public String sentence() {
		return "The log adapter follows logs as they are and offers one stream of JSON.";
	}

	@Override
	public String action() {
		return "GET a document by a new name, GET /logs of the adapter";
	}

	@Override
	public String expected() {
		return "the shard's access-log line of just that request, as JSON, within %d s".formatted(SEEN.toSeconds());
	}

	@Override
	public Outcome run(RunningSuite suite) throws IOException {
		GatewayClient adapter = suite.client("log-adapter");
		String path = "/documents/tour/" + UUID.randomUUID();
		Instant start = suite.now();
		suite.gateway().get(path);
		boolean seen = suite.await(SEEN,
				() -> adapter.get("/logs?limit=1000")
					.body()
					.lines()
					.anyMatch((line) -> line.contains(PATH + path + '"')));
		Duration took = Duration.between(start, suite.now());
		return Outcome.of(seen, seen ? "seen after %.1f s".formatted(took.toMillis() / 1000.0) : "not seen");
	}

}
