package dev.bootpatterns.local.state;

import org.jspecify.annotations.Nullable;

/**
 * A request to the supervisor for other numbers of processes, and its answer: written to
 * {@code run/resize.json} by a command, and found again in {@code state.json} once the
 * supervisor works towards it.
 *
 * @param id tells it from any other
 * @param shards how many shards' processes
 * @param replicas of each shard
 * @param workers how many workers
 * @param refused why nothing was changed; null in a request, and when it was accepted
 */
public record Resize(String id, int shards, int replicas, int workers, @Nullable String refused) {

	/**
	 * The answer to this request.
	 * @param reason why nothing was changed, null when it was
	 * @return the answer
	 */
	public Resize answered(@Nullable String reason) {
		return new Resize(this.id, this.shards, this.replicas, this.workers, reason);
	}

}
