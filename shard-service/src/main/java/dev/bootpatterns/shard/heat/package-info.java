/**
 * How often keys are asked for here, by slot, and which most.
 */
@NullMarked
package dev.bootpatterns.shard.heat;

import org.jspecify.annotations.NullMarked;
