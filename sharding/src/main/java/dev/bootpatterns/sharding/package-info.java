/**
 * Which shard has a key: key to {@linkplain dev.bootpatterns.sharding.Slots slot}, slot
 * to shard by the {@linkplain dev.bootpatterns.sharding.Topology topology} in force.
 * Plain Java, usable by any router or shard.
 */
@NullMarked
package dev.bootpatterns.sharding;

import org.jspecify.annotations.NullMarked;
