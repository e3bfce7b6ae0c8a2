package dev.bootpatterns.owner.topology;

import java.time.Duration;

import dev.bootpatterns.owner.election.FencedOperations;
import dev.bootpatterns.owner.election.LeaderTask;
import dev.bootpatterns.owner.election.LeaderLoop;
import dev.bootpatterns.owner.election.Leadership;
import dev.bootpatterns.owner.election.Role;
import dev.bootpatterns.owner.election.Term;
import dev.bootpatterns.sharding.Topology;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * The first owner of a new system decides its topology; later owners find it there. First
 * among the {@linkplain LeaderTask tasks}: the shards wait for it.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class FirstTopology extends LeaderLoop {

	private static final Log log = LogFactory.getLog(FirstTopology.class);

	private final TopologyStore store;

	private final FencedOperations fenced;

	private final TopologyProperties properties;

	private volatile boolean exists;

	FirstTopology(TopologyStore store, FencedOperations fenced, Leadership leadership, TopologyProperties properties) {
		super(Role.TOPOLOGY, "owner-topology", leadership, Duration.ofSeconds(1));
		this.store = store;
		this.fenced = fenced;
		this.properties = properties;
	}

	@Override
	protected Work begin(Term term) {
		return () -> decide(term);
	}

	private boolean decide(Term term) {
		if (!this.exists) {
			Topology first = Topology.balanced(this.properties.shards());
			if (this.fenced.inTransaction(term, () -> this.store.createIfAbsent(first, term))) {
				log.info("The first topology: " + first);
			}
			this.exists = true;
		}
		return false;
	}

}
