package dev.bootpatterns.shard.search;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * The {@link Statistics} of one leaf for the terms of a query.
 *
 * @param shard the leaf's shard
 * @param replica which of its replicas answered
 * @param epoch the topology that it answered under
 * @param statistics the numbers, whose names are beside the others in the answer
 */
record LeafStatistics(int shard, String replica, long epoch, @JsonUnwrapped Statistics statistics) {
}
