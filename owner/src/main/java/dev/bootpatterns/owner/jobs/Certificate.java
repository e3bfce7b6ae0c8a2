package dev.bootpatterns.owner.jobs;

import java.time.Instant;
import java.util.Map;

/**
 * That each item which the source listed has exactly one outcome.
 *
 * @param job the job
 * @param source where its items came from
 * @param handler what was done with them
 * @param createdAt when the job was accepted
 * @param finishedAt when its last item ended
 * @param skipped how many entries of the source were no items, by reason
 * @param proof counts and digests
 */
record Certificate(String job, String source, String handler, Instant createdAt, Instant finishedAt,
		Map<String, Long> skipped, Proof proof) {

	/**
	 * Counts and digests over all items, in the order of the bytes of their ids, so that
	 * any program can repeat them: {@code LC_ALL=C sort | sha256sum}.
	 *
	 * @param total how many items
	 * @param done how many had their effect
	 * @param dead how many were given up, each with a reason
	 * @param algorithm of the digests
	 * @param items of the lines {@code <id>\n}, in hex: whether the list is complete
	 * @param outcomes of the lines {@code <DONE or DEAD> <id>\n}, in hex
	 */
	record Proof(long total, long done, long dead, String algorithm, String items, String outcomes) {
	}

}
