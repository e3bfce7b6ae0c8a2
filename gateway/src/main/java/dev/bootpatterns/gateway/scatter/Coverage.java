package dev.bootpatterns.gateway.scatter;

import java.util.List;

/**
 * Which part of the shards an answer is from.
 *
 * @param shards how many there are
 * @param answered how many answered
 * @param fraction {@code answered / shards}
 * @param missing the others
 */
record Coverage(int shards, int answered, double fraction, List<Missing> missing) {

	boolean isFull() {
		return this.answered == this.shards;
	}

	/**
	 * A shard that is not in the answer.
	 *
	 * @param shard the shard
	 * @param reason why: {@code timeout}, {@code late} (not waited for),
	 * {@code unreachable}, {@code status 500}, {@code no replica}, {@code moved}
	 */
	record Missing(int shard, String reason) {
	}

}
