/**
 * Scatter/gather: the filter {@code ScatterGather} asks one replica of every shard and
 * merges what they found.
 */
@NullMarked
package dev.bootpatterns.gateway.scatter;

import org.jspecify.annotations.NullMarked;
