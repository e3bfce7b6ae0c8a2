package dev.bootpatterns.owner.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.bootpatterns.owner.election.FencedOperations;
import dev.bootpatterns.owner.election.LeaderLoop;
import dev.bootpatterns.owner.election.Leadership;
import dev.bootpatterns.owner.election.Role;
import dev.bootpatterns.owner.election.Term;
import dev.bootpatterns.sharding.SlotMove;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Brings the change of the topology that is under way to its end, while the system
 * serves.
 * <p>
 * <b>Steps.</b> PREPARING: the replicas see the target in the database, and those that
 * receive slots load them beside what they serve, and announce that they have. When all
 * live replicas of the receiving shards have, the target is put in force in one
 * transaction: compare and swap of the epoch, fenced by the owner's term. SWITCHED:
 * routers that still have the old topology are told by 421 and learn the new one within
 * their period; until then a search under the old epoch is answered from the copies that
 * the giving replicas keep. After the grace the change is DONE and they drop them.
 * <p>
 * <b>Guarantee.</b> No write can be lost and no read can be stale, whatever fails when:
 * both go to the system of record, and the topology only says which replicas index and
 * serve what. At every moment the replicas of the topology in force have all that they
 * serve. Each step is in the database before it has an effect, so that a new owner goes
 * on where the one before was, or rolls back a preparation that takes too long.
 * <p>
 * <b>Cost.</b> Moved slots are indexed twice for the time of preparation and grace.
 * <p>
 * <b>Trade-off.</b> A replica that is silent for seconds is not waited for: it may come
 * back behind, and is then not ready until it has caught up. Waiting for it would let a
 * dead one block every change.
 *
 * @see TopologyChange.State
 */
@Component
class Resharder extends LeaderLoop {

	private static final Log log = LogFactory.getLog(Resharder.class);

	private final TopologyChangeStore changes;

	private final Shards shards;

	private final FencedOperations fenced;

	private final ReshardProperties properties;

	Resharder(TopologyChangeStore changes, Shards shards, FencedOperations fenced, Leadership leadership,
			ReshardProperties properties) {
		super(Role.TOPOLOGY, "owner-resharding", leadership, properties.poll());
		this.changes = changes;
		this.shards = shards;
		this.fenced = fenced;
		this.properties = properties;
	}

	@Override
	protected Work begin(Term term) {
		return () -> {
			this.changes.underWay().ifPresent((change) -> advance(change, term));
			return false;
		};
	}

	private void advance(TopologyChange change, Term term) {
		List<String> waitingFor = waitingFor(change);
		switch (change.state()) {
			case PREPARING -> {
				if (waitingFor.isEmpty()) {
					switchOver(change, term);
				}
				else if (this.changes.isOlderThan(change, this.properties.prepareTimeout().toMillis())) {
					end(change, TopologyChange.State.ROLLED_BACK, "Not prepared within %s: %s"
						.formatted(this.properties.prepareTimeout(), String.join(", ", waitingFor)), term);
				}
			}
			case SWITCHED -> {
				if (waitingFor.isEmpty() && this.changes.isOlderThan(change, this.properties.grace().toMillis())) {
					end(change, TopologyChange.State.DONE, null, term);
				}
			}
			case DONE, ROLLED_BACK -> {
			}
		}
	}

	private void switchOver(TopologyChange change, Term term) {
		boolean switched = this.fenced.inTransaction(term, () -> this.changes.switchOver(change, term));
		if (switched) {
			log.info("Topology of epoch %d with %d shards is in force; %d slots moved"
				.formatted(change.target().epoch(), change.target().shards(), change.slots()));
		}
		else {
			end(change, TopologyChange.State.ROLLED_BACK,
					"The topology of epoch %d is not in force any more".formatted(change.source().epoch()), term);
		}
	}

	private void end(TopologyChange change, TopologyChange.State end, @Nullable String reason, Term term) {
		this.fenced.inTransaction(term, () -> {
			this.changes.end(change, end, reason, term);
			return true;
		});
		log.info(
				"Change %d of the topology is %s%s".formatted(change.id(), end, (reason != null) ? ": " + reason : ""));
	}

	/**
	 * Who has to do something before the next step.
	 * @param change the change
	 * @return the replicas by name, and shards that have none; empty if nobody
	 */
	List<String> waitingFor(TopologyChange change) {
		List<ShardReplica> live = this.shards.live();
		return switch (change.state()) {
			case PREPARING -> {
				Set<Integer> receiving = change.source()
					.movesTo(change.target())
					.stream()
					.map(SlotMove::to)
					.collect(Collectors.toCollection(TreeSet::new));
				List<String> missing = new ArrayList<>();
				for (int shard : receiving) {
					List<ShardReplica> replicas = live.stream().filter((replica) -> replica.shard() == shard).toList();
					if (replicas.isEmpty()) {
						missing.add("shard-%d (no replica)".formatted(shard));
					}
					behind(replicas.stream(), ShardReplica::preparedEpoch, change).forEach(missing::add);
				}
				yield missing;
			}
			case SWITCHED -> behind(live.stream(), ShardReplica::epoch, change).toList();
			case DONE, ROLLED_BACK -> List.of();
		};
	}

	private static Stream<String> behind(Stream<ShardReplica> replicas, ToLongFunction<ShardReplica> epoch,
			TopologyChange change) {
		return replicas.filter((replica) -> epoch.applyAsLong(replica) < change.target().epoch())
			.map(ShardReplica::name);
	}

}
