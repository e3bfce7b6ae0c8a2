package dev.bootpatterns.gateway.scatter;

import java.time.Duration;
import java.util.Map;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/**
 * How often the terms of a query are in the documents of all shards together: what a leaf
 * must know so that its scores are those of one index with all documents. (Elasticsearch
 * calls the phase that asks for it DFS.)
 * <p>
 * A term's weight changes little while documents come and go, so the sums are kept for a
 * while: by topology, because another one counts other copies. A sum that a shard is
 * missing from is used, and not kept.
 */
@Component
class TermStatistics {

	static final String PATH = "/stats/terms";

	private static final String KIND = "term-statistics";

	private static final int MAX_QUERIES = 1000;

	private static final Duration MAX_AGE = Duration.ofSeconds(30);

	private final Scatter scatter;

	private final SumGatherer sum;

	private final JsonMapper json;

	private final Cache<Query, String> known = Caffeine.newBuilder()
		.maximumSize(MAX_QUERIES)
		.expireAfterWrite(MAX_AGE)
		.build();

	TermStatistics(Scatter scatter, SumGatherer sum, JsonMapper json) {
		this.scatter = scatter;
		this.sum = sum;
		this.json = json;
	}

	/**
	 * Asks for the sums, unless they are known.
	 * @param request the client's request
	 * @return JSON that a leaf is sent along with the query; empty if no leaf answered,
	 * each then scores by its own documents
	 */
	Mono<String> of(ScatterRequest request) {
		String words = String.valueOf(request.parameters().getFirst("q"));
		Query query = new Query(request.service(), this.scatter.current().epoch(), words);
		String present = this.known.getIfPresent(query);
		if (present != null) {
			return Mono.just(present);
		}
		return this.scatter.ask(request.ofKind(KIND), PATH, () -> this.sum.begin(request.parameters()), null)
			.mapNotNull((round) -> {
				if (round.coverage().answered() == 0) {
					return null;
				}
				String sums = this.json.writeValueAsString(Map.of("statistics", round.gathering().result()));
				if (round.coverage().isFull()) {
					this.known.put(query, sums);
				}
				return sums;
			});
	}

	private record Query(String service, long epoch, String words) {
	}

}
