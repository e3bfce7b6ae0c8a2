package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

import dev.bootpatterns.local.client.GatewayClient;
import tools.jackson.databind.JsonNode;

/**
 * Ownership election: one owner acts, and another takes over when it dies.
 */
final class OwnershipElection implements TourStep {

	/**
	 * The lease and the retry period of the owner's defaults, 12 s, and as much again as
	 * a machine may take that is busy starting what was killed.
	 */
	private static final Duration LEASE = Duration.ofSeconds(20);

	private static final Duration RESTART = Duration.ofSeconds(60);

	@Override
	public String pattern() {
		return "Ownership election";
	}

	@Override
	public String sentence() {
		return "One of the owners acts; when it dies, another takes over with a higher term.";
	}

	@Override
	public String action() {
		return "GET /leader, SIGKILL it, GET /leader";
	}

	@Override
	public String expected() {
		return "another leader with a higher term within %d s".formatted(LEASE.toSeconds());
	}

	@Override
	public Outcome run(RunningSuite suite) throws IOException {
		JsonNode before = suite.gateway().json("/leader");
		String leader = GatewayClient.nameOf(before);
		long term = before.path("term").asLong();
		int restarts = suite.process(leader).restarts();
		Instant killed = suite.now();
		suite.kill(leader);
		AtomicReference<JsonNode> after = new AtomicReference<>(before);
		boolean elected = suite.await(LEASE, () -> {
			after.set(suite.gateway().json("/leader"));
			return after.get().path("term").asLong() > term;
		});
		Duration took = Duration.between(killed, suite.now());
		boolean back = suite.awaitRestart(leader, restarts, RESTART);
		return Outcome.of(elected && back,
				"%s (term %d) killed; %s (term %d) after %.1f s; %s".formatted(leader, term,
						GatewayClient.nameOf(after.get()), after.get().path("term").asLong(), took.toMillis() / 1000.0,
						back ? "the killed one is back" : "the killed one is not back"));
	}

}
