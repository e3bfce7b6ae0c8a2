package dev.bootpatterns.local.tour;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.TreeSet;

import tools.jackson.databind.JsonNode;

/**
 * Sharded services: a key has one shard.
 */
final class ShardedService implements TourStep {

	private static final int KEYS = 24;

	/** With 16 shards, one in 10 billion sets of so many keys misses a shard. */
	private static final int MOST_KEYS = 400;

	private static final int READS = 4;

	@Override
	public String pattern() {
		return "Sharded services";
	}

	@Override
	public String sentence() {
		return "Each shard answers for its part of the keys, and the gateway finds it by the key.";
	}

	@Override
	public String action() {
		return "PUT %d documents, or more until each shard has one; GET each %d times".formatted(KEYS, READS);
	}

	@Override
	public String expected() {
		return "one and the same X-Shard for a key, each one listed by GET /topology, all shards used";
	}

	@Override
	public Outcome run(RunningSuite suite) throws IOException {
		Set<String> listed = new TreeSet<>();
		for (JsonNode shard : suite.gateway().json("/topology").path("shards")) {
			listed.add(shard.path("shard").asString());
		}
		Set<String> used = new TreeSet<>();
		int wandering = 0;
		int key = 0;
		while (key < KEYS || (key < MOST_KEYS && !used.containsAll(listed))) {
			Set<String> shards = shardsOf(suite, "tour/sharded/" + key);
			wandering += (shards.size() == 1) ? 0 : 1;
			used.addAll(shards);
			key++;
		}
		return Outcome.of(wandering == 0 && used.equals(listed),
				"%d keys on shards %s of %s, %d on more than one".formatted(key, used, listed, wandering));
	}

	private static Set<String> shardsOf(RunningSuite suite, String id) throws IOException {
		Set<String> shards = new TreeSet<>();
		try {
			suite.putDocument(id, "Sharded", "document " + id);
			for (int read = 0; read < READS; read++) {
				HttpResponse<String> response = suite.gateway().get("/documents/" + id);
				shards.add((response.statusCode() == 200) ? RunningSuite.header(response, "X-Shard")
						: "status " + response.statusCode());
			}
		}
		finally {
			suite.deleteDocument(id);
		}
		return shards;
	}

}
