package dev.bootpatterns.sharding.fanout;

/**
 * What a root waits for so many leaves.
 *
 * @param leaves how many it asks, and needs
 * @param replicas of each
 * @param plain each leaf is one replica's answer
 * @param hedged a late one is asked of another replica, too; the same as plain if there
 * is no other, or no budget
 * @param extraRequests hedges for each call of a leaf: not more than the budget
 */
public record Prediction(int leaves, int replicas, RootLatency plain, RootLatency hedged, double extraRequests) {
}
