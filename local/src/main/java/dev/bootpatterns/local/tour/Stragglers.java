package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import tools.jackson.databind.JsonNode;

/**
 * Scatter/gather that does not wait for stragglers: a leaf that is late is asked at its
 * other replica.
 */
final class Stragglers implements TourStep {

	private static final Duration DELAY = Duration.ofSeconds(2);

	private static final int PERCENT = 50;

	/** So many that were rescued show it. */
	private static final int RESCUES = 3;

	private static final Duration AT_MOST = Duration.ofSeconds(20);

	@Override
	public String pattern() {
		return "Scatter/gather: stragglers";
	}

	@Override
	public String sentence() {
		return "A leaf that is later than usual is asked at another replica as well, and the first answer counts.";
	}

	@Override
	public String action() {
		return "hold %d %% of the calls to one replica for %d ms, search until %d of them were hedged"
			.formatted(PERCENT, DELAY.toMillis(), RESCUES);
	}

	@Override
	public String expected() {
		return "hedged leaves in explain=timing, no search as slow as the held calls";
	}

	@Override
	public Outcome run(RunningSuite suite) throws IOException {
		if (!suite.hasReplicas()) {
			return Outcome.skipped("the suite was started with --replicas 1");
		}
		int shard = suite.searchedShards().getFirst();
		String slow = suite.replicasOf(shard).getFirst();
		if (!suite.faults().available(slow)) {
			return Outcome.skipped(slow + " injects no faults: only the profile demo does");
		}
		try {
			suite.faults().inject(slow, Map.of("delay", DELAY.toMillis() + "ms", "percent", PERCENT));
			return search(suite, shard, slow);
		}
		finally {
			suite.faults().remove(slow);
		}
	}

	private static Outcome search(RunningSuite suite, int shard, String slow) throws IOException {
		Instant end = suite.now().plus(AT_MOST);
		Duration slowest = Duration.ZERO;
		int searches = 0;
		int rescued = 0;
		int decisive = 0;
		while (rescued < RESCUES && suite.now().isBefore(end)) {
			Instant start = suite.now();
			JsonNode timing = suite.gateway().json(RunningSuite.TIMED_SEARCH).path("timing");
			Duration took = Duration.between(start, suite.now());
			slowest = (took.compareTo(slowest) > 0) ? took : slowest;
			searches++;
			if (wasRescued(timing, shard, slow)) {
				rescued++;
				decisive += (timing.path("slowestShard").asInt() == shard) ? 1 : 0;
			}
		}
		return Outcome.of(rescued > 0 && slowest.compareTo(DELAY) < 0,
				"%d searches, the slowest in %d ms; %d calls to %s were late and answered by another replica, shard %d decided %d of those searches"
					.formatted(searches, slowest.toMillis(), rescued, slow, shard, decisive));
	}

	/** Whether the slow replica was asked first, and another one answered. */
	private static boolean wasRescued(JsonNode timing, int shard, String slow) {
		return timing.path("leaves")
			.valueStream()
			.filter((leaf) -> leaf.path("shard").asInt() == shard)
			.map((leaf) -> leaf.path("attempts"))
			.anyMatch((attempts) -> slow.endsWith("-" + attempts.path(0).path("replica").asString())
					&& attempts.valueStream()
						.anyMatch((attempt) -> attempt.path("reason").asString().equals("hedge")
								&& attempt.path("outcome").asString().equals("answered")));
	}

}
