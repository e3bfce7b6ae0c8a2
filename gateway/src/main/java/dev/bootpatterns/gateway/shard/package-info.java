/**
 * Sharded services: the filter {@code ShardBy} sends a request to a replica of the shard
 * that owns its key.
 */
@NullMarked
package dev.bootpatterns.gateway.shard;

import org.jspecify.annotations.NullMarked;
