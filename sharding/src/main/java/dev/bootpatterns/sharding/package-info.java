/**
 * Which shard has a key. The suite's own shards: key to
 * {@linkplain dev.bootpatterns.sharding.Slots slot}, slot to shard by the
 * {@linkplain dev.bootpatterns.sharding.Topology topology} in force. A plain list of
 * backends: a {@linkplain dev.bootpatterns.sharding.ShardingAlgorithm function} of the
 * field's choice. Plain Java, usable by any router or shard.
 */
@NullMarked
package dev.bootpatterns.sharding;

import org.jspecify.annotations.NullMarked;
