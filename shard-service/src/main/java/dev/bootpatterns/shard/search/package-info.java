/**
 * The index that a replica derives from the documents of its slots, and the search over
 * it: the leaf of scatter/gather.
 */
@NullMarked
package dev.bootpatterns.shard.search;

import org.jspecify.annotations.NullMarked;
