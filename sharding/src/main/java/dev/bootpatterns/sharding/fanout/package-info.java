/**
 * How many leaves are worth their stragglers: predicts the latency of a root that asks N
 * leaves and needs them all, from that of one leaf
 * ({@link dev.bootpatterns.sharding.fanout.FanoutModel}); and merges what they answer
 * ({@link dev.bootpatterns.sharding.fanout.TopK}).
 * <p>
 * It is here, and not in the gateway that answers {@code GET /topology/fanout} with it,
 * because the benchmarks draw the plot of {@code docs/patterns/scatter-gather.md} from
 * the same code and measure the merge, and they may depend on this module only. It has no
 * clock, no thread and nothing of HTTP.
 */
@NullMarked
package dev.bootpatterns.sharding.fanout;

import org.jspecify.annotations.NullMarked;
