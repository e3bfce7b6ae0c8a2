/**
 * {@code GET /topology/fanout}: what more leaves, or fewer, would do to a search's
 * latency. The prediction itself is in {@link dev.bootpatterns.sharding.fanout}.
 */
@NullMarked
package dev.bootpatterns.gateway.fanout;

import org.jspecify.annotations.NullMarked;
