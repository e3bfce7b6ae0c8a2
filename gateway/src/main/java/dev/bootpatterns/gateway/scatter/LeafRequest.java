package dev.bootpatterns.gateway.scatter;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What one shard is asked.
 *
 * @param request the client's request
 * @param shard the shard
 * @param epoch the topology that says which documents are the shard's
 * @param path the raw path
 * @param query the raw query
 * @param body JSON to send along, if any
 */
record LeafRequest(ScatterRequest request, int shard, long epoch, String path, String query, @Nullable String body) {

	/** How long there is still time. */
	Duration left() {
		return this.request.left();
	}

}
