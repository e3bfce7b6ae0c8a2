/**
 * Which shard has which slot, kept in one row.
 */
@NullMarked
package dev.bootpatterns.owner.topology;

import org.jspecify.annotations.NullMarked;
