package dev.bootpatterns.gateway.scatter;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.bootpatterns.sharding.fanout.TopK;
import tools.jackson.databind.JsonNode;

import org.springframework.stereotype.Component;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/**
 * {@code top-k}: the best hits of all leaves by score and then by id, cut to the page
 * that the client wants, and the sum of {@code total}.
 * <p>
 * Each leaf is asked for its best {@code offset + limit}: a leaf may have all of the
 * best. {@code stats=global} makes the scores of the leaves comparable: each leaf then
 * scores by the terms of all leaves, and not by its own.
 */
@Component
class TopKGatherer implements Gatherer {

	/** How deep a client may page; the leaves have the same bound. */
	static final int MAX_DEPTH = 1000;

	private static final Comparator<JsonNode> BEST_FIRST = Comparator
		.comparingDouble((JsonNode hit) -> hit.path("score").asDouble())
		.reversed()
		.thenComparing((hit) -> hit.path("id").asString());

	@Override
	public String name() {
		return "top-k";
	}

	@Override
	public Gathering begin(MultiValueMap<String, String> parameters) {
		int limit = (int) Parameters.whole("'limit'", parameters.getFirst("limit"), 10, 0, MAX_DEPTH);
		int offset = (int) Parameters.whole("'offset'", parameters.getFirst("offset"), 0, 0, MAX_DEPTH);
		if (offset + limit > MAX_DEPTH) {
			throw Parameters.invalid("'offset' + 'limit' must not exceed %d".formatted(MAX_DEPTH));
		}
		String words = parameters.getFirst("q");
		if (words == null || words.isBlank()) {
			throw Parameters.invalid("'q' is missing");
		}
		boolean statistics = Parameters.flag(parameters, "stats", "global");
		MultiValueMap<String, String> forLeaf = new LinkedMultiValueMap<>(parameters);
		forLeaf.set("limit", Integer.toString(offset + limit));
		forLeaf.set("offset", "0");
		forLeaf.remove("stats");
		return new Hits(forLeaf, offset, statistics, new TopK<>(offset + limit, BEST_FIRST));
	}

	private static final class Hits implements Gathering {

		private final MultiValueMap<String, String> leafParameters;

		private final int offset;

		private final boolean statistics;

		private final TopK<JsonNode> best;

		private long total;

		Hits(MultiValueMap<String, String> leafParameters, int offset, boolean statistics, TopK<JsonNode> best) {
			this.leafParameters = leafParameters;
			this.offset = offset;
			this.statistics = statistics;
			this.best = best;
		}

		@Override
		public MultiValueMap<String, String> leafParameters() {
			return this.leafParameters;
		}

		@Override
		public boolean needsStatistics() {
			return this.statistics;
		}

		@Override
		public void add(int shard, JsonNode answer) {
			this.total += answer.path("total").asLong();
			this.best.add(answer.path("hits"));
		}

		@Override
		public Map<String, Object> result() {
			List<JsonNode> hits = this.best.best();
			Map<String, Object> result = new LinkedHashMap<>();
			result.put("total", this.total);
			result.put("hits", hits.subList(Math.min(this.offset, hits.size()), hits.size()));
			return result;
		}

	}

}
