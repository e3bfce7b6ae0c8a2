package dev.bootpatterns.shard.search;

import java.util.List;

/**
 * What one leaf found.
 *
 * @param shard the leaf's shard
 * @param replica which of its replicas answered
 * @param epoch the topology that it answered under
 * @param total how many of its documents match
 * @param tookMs how long the search took, in milliseconds
 * @param hits the best ones: higher scores first, then by id
 */
record SearchResult(int shard, String replica, long epoch, long total, long tookMs, List<Hit> hits) {

	/**
	 * A document that matches.
	 *
	 * @param id its key
	 * @param title its title
	 * @param score its BM25 score, by the leaf's own term statistics unless others were
	 * given
	 * @param snippet its best lines as HTML: escaped, with {@code <mark>} around what
	 * matched
	 */
	record Hit(String id, String title, float score, String snippet) {
	}

}
