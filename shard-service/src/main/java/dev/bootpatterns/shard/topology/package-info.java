/**
 * Which slots this replica serves, and the refusal of all others.
 */
@NullMarked
package dev.bootpatterns.shard.topology;

import org.jspecify.annotations.NullMarked;
