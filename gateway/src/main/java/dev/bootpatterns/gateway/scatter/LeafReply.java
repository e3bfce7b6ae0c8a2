package dev.bootpatterns.gateway.scatter;

import org.jspecify.annotations.Nullable;

/**
 * What a replica answered.
 *
 * @param outcome what that is
 * @param times where the time went there, if it said so
 */
record LeafReply(LeafOutcome outcome, @Nullable LeafTimes times) {
}
