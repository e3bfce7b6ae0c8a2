package dev.bootpatterns.gateway.scatter;

import java.util.Optional;
import java.util.stream.IntStream;

import dev.bootpatterns.gateway.fanout.LeafLatencies;
import dev.bootpatterns.gateway.fanout.LeafMeasurements;
import dev.bootpatterns.gateway.replicas.ReplicaDirectory;
import dev.bootpatterns.gateway.topology.TopologyClient;
import dev.bootpatterns.sharding.Topology;
import dev.bootpatterns.sharding.fanout.Hedging;

import org.springframework.stereotype.Component;

/**
 * The calls to the leaves of the suite's shards, for predictions: those of searches, and
 * of nothing else that the leaves are asked.
 */
@Component
class SearchLatencies implements LeafLatencies {

	private static final String SERVICE = "shards";

	private static final Leaves.Kind SEARCHES = new Leaves.Kind("search", SERVICE);

	/** If no leaf says how long it worked. */
	private static final double SCALABLE = 0.5;

	private final Leaves leaves;

	private final TopologyClient topology;

	private final ReplicaDirectory replicas;

	private final HedgingProperties hedging;

	SearchLatencies(Leaves leaves, TopologyClient topology, ReplicaDirectory replicas, HedgingProperties hedging) {
		this.leaves = leaves;
		this.topology = topology;
		this.replicas = replicas;
		this.hedging = hedging;
	}

	@Override
	public Optional<LeafMeasurements> current() {
		return this.topology.current().map(this::measurements);
	}

	private LeafMeasurements measurements(Topology current) {
		int[] shards = IntStream.range(0, current.shards())
			.filter((shard) -> current.slotsOf(shard).size() > 0)
			.toArray();
		int fewest = IntStream.of(shards).map((shard) -> this.replicas.ofShard(SERVICE, shard).size()).min().orElse(0);
		Leaves.Measured searches = this.leaves.measured(SEARCHES);
		double share = searches.services().nanos(0.5) / searches.calls().nanos(0.5);
		double budget = (this.hedging.mode() == HedgingProperties.Mode.HEDGE) ? this.hedging.budget() : 0;
		return new LeafMeasurements(searches.calls().snapshot(), (long) searches.calls().samples(), shards.length,
				fewest, Double.isNaN(share) ? SCALABLE : Math.min(1, share), 0,
				new Hedging(this.hedging.quantile(), budget));
	}

}
