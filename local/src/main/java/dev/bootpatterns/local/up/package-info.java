/**
 * What {@code ./suite up} does before and after the processes: checks, progress,
 * indexing.
 */
@NullMarked
package dev.bootpatterns.local.up;

import org.jspecify.annotations.NullMarked;
