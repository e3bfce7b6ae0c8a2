/**
 * Which searches run, which wait and which are refused: a bounded queue, deadlines, and
 * the cancelling of searches whose answer nobody waits for any more.
 */
@NullMarked
package dev.bootpatterns.shard.admission;

import org.jspecify.annotations.NullMarked;
