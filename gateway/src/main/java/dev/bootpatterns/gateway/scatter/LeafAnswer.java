package dev.bootpatterns.gateway.scatter;

import java.util.List;

/**
 * What a leaf found.
 *
 * @param shard the leaf's shard
 * @param replica the replica that answered
 * @param epoch the topology that it answered under
 * @param total how many documents match there
 * @param hits its best ones
 */
record LeafAnswer(int shard, String replica, long epoch, long total, List<Hit> hits) {

	/**
	 * A document that matches.
	 *
	 * @param id its key
	 * @param title its title
	 * @param score its score
	 * @param snippet its best lines, as HTML
	 */
	record Hit(String id, String title, double score, String snippet) {
	}

}
