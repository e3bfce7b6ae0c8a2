package dev.bootpatterns.owner.topology;

import org.jspecify.annotations.Nullable;

/**
 * A replica of a shard, as it announced itself.
 *
 * @param shard its shard
 * @param replica its name within the shard
 * @param uri where it answers requests
 * @param zone where it runs; null if it did not say
 * @param epoch the topology that is in force as far as it knows
 * @param preparedEpoch the newest topology, in force or to come, of which it has
 * everything that its shard owns
 */
record ShardReplica(int shard, String replica, String uri, @Nullable String zone, long epoch, long preparedEpoch) {

	/** For people: {@code shard-3/a}. */
	String name() {
		return "shard-%d/%s".formatted(this.shard, this.replica);
	}

}
