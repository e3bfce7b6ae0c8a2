package dev.bootpatterns.owner.topology;

import java.util.Optional;

import dev.bootpatterns.owner.election.Term;
import dev.bootpatterns.sharding.Topology;
import dev.bootpatterns.sharding.TopologyDocument;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The row that says which topology is in force.
 */
@Repository
class TopologyStore {

	private final JdbcClient jdbc;

	private final JsonMapper json;

	TopologyStore(JdbcClient jdbc, JsonMapper json) {
		this.jdbc = jdbc;
		this.json = json;
	}

	/**
	 * Stores the first topology; does nothing if there is one.
	 * @param topology the topology
	 * @param term the term of the owner that decided it
	 * @return whether it was stored
	 */
	boolean createIfAbsent(Topology topology, Term term) {
		return this.jdbc.sql("""
				insert into owner.topology (epoch, term, document) values (:epoch, :term, :document::jsonb)
				on conflict do nothing""")
			.param("epoch", topology.epoch())
			.param("term", term.number())
			.param("document", this.json.writeValueAsString(topology.toDocument()))
			.update() == 1;
	}

	Optional<Stored> find() {
		return this.jdbc.sql("select term, document from owner.topology")
			.query((row, number) -> new Stored(row.getLong("term"),
					this.json.readValue(row.getString("document"), TopologyDocument.class)))
			.optional();
	}

	/**
	 * The topology in force.
	 *
	 * @param term the term of the owner that decided it
	 * @param document the topology
	 */
	record Stored(long term, TopologyDocument document) {
	}

}
