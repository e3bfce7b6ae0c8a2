package dev.bootpatterns.gateway.fanout;

import dev.bootpatterns.sharding.fanout.FanoutModel;
import dev.bootpatterns.sharding.fanout.Hedging;
import dev.bootpatterns.sharding.fanout.LatencyDistribution;

/**
 * Leaves as they are now.
 *
 * @param latency of one call, as the root sees it: of each attempt, not of a leaf that
 * was hedged. One that was cancelled counts with the time that it had taken, or its tail
 * is missing
 * @param samples how many calls that is from; below {@value #MIN_SAMPLES} nothing is
 * predicted
 * @param leaves how many there are, 1 to 1,024
 * @param replicas how many each has, the fewest of all; 0 counts as 1 and more than 16 as
 * 16, as a third is as good as a second
 * @param scalable the part of a call that becomes less when a leaf has less to search:
 * its service time, as it reports it, over the latency; 0 to 1, and 0.5 if that is not
 * known
 * @param workPerLeaf what the root itself does for each leaf, in nanoseconds; 0 if that
 * is not known
 * @param hedging as it is configured; a budget of 0 if there is none
 */
public record LeafMeasurements(LatencyDistribution latency, long samples, int leaves, int replicas, double scalable,
		double workPerLeaf, Hedging hedging) {

	/** Less does not tell a p99. */
	public static final int MIN_SAMPLES = 100;

	public LeafMeasurements {
		replicas = Math.clamp(replicas, 1, FanoutModel.MAX_REPLICAS);
	}

}
