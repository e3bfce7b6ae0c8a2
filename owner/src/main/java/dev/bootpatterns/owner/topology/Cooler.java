package dev.bootpatterns.owner.topology;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import dev.bootpatterns.owner.election.FencedOperations;
import dev.bootpatterns.owner.election.LeaderLoop;
import dev.bootpatterns.owner.election.Leadership;
import dev.bootpatterns.owner.election.Role;
import dev.bootpatterns.owner.election.Term;
import dev.bootpatterns.sharding.Topology;
import dev.bootpatterns.sharding.heat.Cooling;
import dev.bootpatterns.sharding.heat.CoolingMemory;
import dev.bootpatterns.sharding.heat.CoolingPlan;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.stereotype.Component;

/**
 * Cools hot shards: once a period it plans which slots to move, and begins a change of
 * the topology that the {@link Resharder} brings to its end. A slot that is hot because
 * of one key stays where it is: moving it would only make another shard hot. The gateway
 * answers such keys from a cache.
 *
 * @see Cooling
 */
@Component
class Cooler extends LeaderLoop {

	private static final Log log = LogFactory.getLog(Cooler.class);

	private final TopologyStore topologies;

	private final TopologyChangeStore changes;

	private final Shards shards;

	private final FencedOperations fenced;

	private final CoolingProperties properties;

	private final Cooling cooling;

	private final Resharder resharder;

	private final Counter moved;

	private volatile double hottest;

	Cooler(TopologyStore topologies, TopologyChangeStore changes, Shards shards, FencedOperations fenced,
			Leadership leadership, CoolingProperties properties, Resharder resharder, MeterRegistry meters) {
		super(Role.TOPOLOGY, "owner-cooling", leadership, properties.period());
		this.topologies = topologies;
		this.changes = changes;
		this.shards = shards;
		this.fenced = fenced;
		this.properties = properties;
		this.cooling = new Cooling(properties.settings());
		this.resharder = resharder;
		this.moved = Counter.builder("owner.cooling.moves")
			.description("Slots that were moved to cool a hot shard")
			.register(meters);
		Gauge.builder("owner.shards.hottest.load", () -> this.hottest)
			.description("The load of the hottest shard by the mean, when the owner last looked")
			.register(meters);
	}

	@Override
	protected Work begin(Term term) {
		AtomicReference<CoolingMemory> memory = new AtomicReference<>(CoolingMemory.NONE);
		return () -> {
			if (this.properties.enabled() && this.changes.underWay().isEmpty()) {
				this.topologies.find()
					.ifPresent((stored) -> memory.set(cool(Topology.of(stored.document()), memory.get(), term)));
			}
			return false;
		};
	}

	private CoolingMemory cool(Topology source, CoolingMemory memory, Term term) {
		CoolingPlan plan = this.cooling.plan(source, this.shards.heat().rates(), memory);
		this.hottest = plan.before();
		for (CoolingPlan.HotShard hot : plan.hot()) {
			log.info("Shard %d stays at %.2f of the mean load: %s, slot %d has %.2f".formatted(hot.shard(), hot.load(),
					hot.reason(), hot.slot(), hot.slotLoad()));
		}
		if (plan.moves().isEmpty()) {
			return plan.memory();
		}
		Map<Integer, Integer> moves = plan.moves()
			.stream()
			.collect(Collectors.toMap(CoolingPlan.Move::slot, CoolingPlan.Move::to));
		Topology target = source.moved(this.changes.nextEpoch(source), moves);
		if (this.fenced.inTransaction(term, () -> this.changes.begin(source, target)).isEmpty()) {
			return memory;
		}
		this.moved.increment(moves.size());
		log.info("Moving %d slots to bring the hottest shard from %.2f to %.2f of the mean load".formatted(moves.size(),
				plan.before(), plan.after()));
		this.resharder.wake();
		return plan.memory();
	}

}
