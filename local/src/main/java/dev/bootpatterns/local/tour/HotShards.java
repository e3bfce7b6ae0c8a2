package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Hot shards: some keys of one shard are asked for far more often than all others, and
 * the owner knows which.
 */
final class HotShards implements TourStep {

	private static final String ID = "tour/hot-shard/";

	private static final int KEYS = 5;

	/** Between two looks at the heat. */
	private static final int ROUNDS = 20;

	/** So unlikely that there is a cause. */
	private static final double BY_CHANCE = 0.001;

	/** Replicas write their heat down every five seconds; what was hot before cools. */
	private static final Duration SEEN = Duration.ofSeconds(30);

	@Override
	public String pattern() {
		return "Sharded services: hot shards";
	}

	@Override
	public String sentence() {
		return "Replicas measure who is asked for what, and the owner tells a hot shard from chance, and a hot key from both.";
	}

	@Override
	public String action() {
		return "read %d documents of one shard, one of them as often as all others together, until GET /topology/heat shows it"
			.formatted(KEYS);
	}

	@Override
	public String expected() {
		return "chi-square with p < %s, their shard the hottest, that document the hottest key".formatted(BY_CHANCE);
	}

	@Override
	public Outcome run(RunningSuite suite) throws IOException {
		int shards = suite.gateway().json("/topology").path("shards").size();
		if (shards < 2) {
			return Outcome.skipped("the suite was started with --shards 1");
		}
		List<String> keys = keysOfOneShard(suite, shards);
		try {
			for (String key : keys) {
				suite.putDocument(key, "Hot shard", "one of some keys that are read far too often");
			}
			return heat(suite, keys);
		}
		finally {
			for (String key : keys) {
				suite.deleteDocument(key);
			}
		}
	}

	/** One shard has so many of them, if no other has. */
	private static List<String> keysOfOneShard(RunningSuite suite, int shards) throws IOException {
		Map<String, List<String>> byShard = new HashMap<>();
		for (int i = 0; i <= shards * (KEYS - 1); i++) {
			String key = ID + i;
			String shard = RunningSuite.header(suite.gateway().get("/documents/" + key), "X-Shard");
			List<String> keys = byShard.computeIfAbsent(shard, (other) -> new ArrayList<>());
			keys.add(key);
			if (keys.size() == KEYS) {
				return keys;
			}
		}
		throw new IOException("no shard of %s has %d keys".formatted(byShard.keySet(), KEYS));
	}

	private static Outcome heat(RunningSuite suite, List<String> keys) {
		Heat[] heat = { new Heat(MissingNode.getInstance()) };
		int[] reads = { 0 };
		boolean seen = suite.await(SEEN, () -> {
			for (int round = 0; round < ROUNDS; round++) {
				for (String other : keys.subList(1, KEYS)) {
					read(suite, keys.getFirst());
					read(suite, other);
					reads[0] += 2;
				}
			}
			heat[0] = new Heat(suite.gateway().json("/topology/heat"));
			return heat[0].shows(keys.getFirst());
		});
		return Outcome.of(seen, "%s; after %d reads, half of them of %s".formatted(heat[0], reads[0], keys.getFirst()));
	}

	/** What is not for sharing (no-cache) is counted where it is answered. */
	private static void read(RunningSuite suite, String key) throws IOException {
		HttpResponse<String> answer = suite.gateway()
			.send(suite.gateway().request("/documents/" + key).header("Cache-Control", "no-cache").GET());
		if (answer.statusCode() != 200) {
			throw new IOException("GET /documents/%s answered %d".formatted(key, answer.statusCode()));
		}
	}

	/**
	 * What the owner says.
	 *
	 * @param json its answer
	 */
	private record Heat(JsonNode json) {

		/**
		 * Whether a key is known as the cause. Its shard is the one that it has now: the
		 * owner may be cooling already.
		 */
		boolean shows(String key) {
			return hottestKey().path("key").asString("").equals(key)
					&& hottestKey().path("shard").asInt(-1) == hottestShard().path("shard").asInt(-2)
					&& chiSquare().path("pValue").asDouble(1) < BY_CHANCE;
		}

		private JsonNode chiSquare() {
			return this.json.path("chiSquare");
		}

		private JsonNode hottestKey() {
			return this.json.path("hotKeys").path(0);
		}

		private JsonNode hottestShard() {
			return this.json.path("shards")
				.valueStream()
				.max(Comparator.comparingDouble((shard) -> shard.path("load").asDouble(0)))
				.orElseGet(MissingNode::getInstance);
		}

		@Override
		public String toString() {
			return String.format(Locale.ROOT,
					"chi-square %.0f with %d degrees of freedom, p %.3f; shard %d at %.2f of the mean load; hottest key %s in shard %d, %.0f %% of all requests",
					chiSquare().path("statistic").asDouble(0), chiSquare().path("degreesOfFreedom").asInt(0),
					chiSquare().path("pValue").asDouble(1), hottestShard().path("shard").asInt(-1),
					hottestShard().path("load").asDouble(0), hottestKey().path("key").asString("none"),
					hottestKey().path("shard").asInt(-1), 100 * hottestKey().path("share").asDouble(0));
		}

	}

}
