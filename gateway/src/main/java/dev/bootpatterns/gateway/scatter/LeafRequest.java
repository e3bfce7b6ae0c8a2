package dev.bootpatterns.gateway.scatter;

import java.time.Duration;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * What one shard is asked.
 *
 * @param request the client's request
 * @param round names this asking of all leaves, so that the calls can be cancelled;
 * nobody can guess it
 * @param shard the shard
 * @param epoch the topology that says which documents are the shard's
 * @param path the raw path
 * @param query the raw query
 * @param body JSON to send along, if any
 */
record LeafRequest(ScatterRequest request, UUID round, int shard, long epoch, String path, String query,
		@Nullable String body) {

	/** How long there is still time. */
	Duration left() {
		return this.request.left();
	}

}
