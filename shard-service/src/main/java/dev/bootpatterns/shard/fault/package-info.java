/**
 * Where the faults of {@link dev.bootpatterns.fault} come: only in the profile
 * {@code demo}.
 */
@NullMarked
package dev.bootpatterns.shard.fault;

import org.jspecify.annotations.NullMarked;
