package dev.bootpatterns.gateway.scatter;

import java.util.Comparator;
import java.util.List;

/**
 * The merged answer.
 *
 * @param total how many documents match in the shards that answered
 * @param tookMs how long it took, in milliseconds
 * @param coverage which part of the shards answered
 * @param hits the best of all: higher scores first, then by id
 */
record SearchAnswer(long total, long tookMs, Coverage coverage, List<LeafAnswer.Hit> hits) {

	private static final Comparator<LeafAnswer.Hit> BEST_FIRST = Comparator.comparingDouble(LeafAnswer.Hit::score)
		.reversed()
		.thenComparing(LeafAnswer.Hit::id);

	/**
	 * Merges what the leaves found. Each gave its best {@code offset + limit}, so the
	 * best of those are the best of all.
	 */
	static SearchAnswer merge(SearchRequest request, List<LeafAnswer> answers, Coverage coverage, long tookMs) {
		long total = answers.stream().mapToLong(LeafAnswer::total).sum();
		List<LeafAnswer.Hit> hits = answers.stream()
			.flatMap((answer) -> answer.hits().stream())
			.sorted(BEST_FIRST)
			.skip(request.offset())
			.limit(request.limit())
			.toList();
		return new SearchAnswer(total, tookMs, coverage, hits);
	}

	/**
	 * Which part of the shards an answer is from.
	 *
	 * @param shards how many there are
	 * @param answered how many answered
	 * @param fraction {@code answered / shards}
	 * @param missing the others
	 */
	record Coverage(int shards, int answered, double fraction, List<Missing> missing) {

		static Coverage of(int shards, List<Missing> missing) {
			int answered = shards - missing.size();
			return new Coverage(shards, answered, (double) answered / shards, missing);
		}

	}

	/**
	 * A shard that did not answer.
	 *
	 * @param shard the shard
	 * @param reason why: {@code timeout}, {@code unreachable}, {@code status 500},
	 * {@code no replica}
	 */
	record Missing(int shard, String reason) {
	}

}
