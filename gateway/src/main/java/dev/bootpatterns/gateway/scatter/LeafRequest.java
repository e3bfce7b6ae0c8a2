package dev.bootpatterns.gateway.scatter;

import java.time.Duration;

/**
 * What one shard is asked.
 *
 * @param shard the shard
 * @param epoch the topology that says which documents are the shard's
 * @param search the client's search
 * @param end when its time is over, by {@link System#nanoTime()}
 */
record LeafRequest(int shard, long epoch, SearchRequest search, long end) {

	/** How long there is still time. */
	Duration left() {
		return Duration.ofNanos(Math.max(0, this.end - System.nanoTime()));
	}

}
