package dev.bootpatterns.owner.topology;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

import dev.bootpatterns.owner.election.Term;
import dev.bootpatterns.sharding.Topology;
import dev.bootpatterns.sharding.TopologyDocument;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The changes of the topology. One is under way at a time: the database sees to that.
 */
@Repository
class TopologyChangeStore {

	private final JdbcClient jdbc;

	private final JsonMapper json;

	TopologyChangeStore(JdbcClient jdbc, JsonMapper json) {
		this.jdbc = jdbc;
		this.json = json;
	}

	/**
	 * The epoch of the next change: higher than that of every topology there was or that
	 * was prepared.
	 * @param current the topology in force
	 * @return the epoch
	 */
	long nextEpoch(Topology current) {
		return this.jdbc
			.sql("select greatest(max((target->>'epoch')::bigint), :current) + 1 from owner.topology_change")
			.param("current", current.epoch())
			.query(Long.class)
			.single();
	}

	/**
	 * Begins a change.
	 * @param source the topology that it begins from
	 * @param target the topology that it leads to
	 * @return the change's number; empty if another is under way, or if the source is not
	 * in force any more
	 */
	Optional<Long> begin(Topology source, Topology target) {
		return this.jdbc.sql("""
				insert into owner.topology_change (source, target)
				select :source::jsonb, :target::jsonb from owner.topology where epoch = :epoch
				on conflict do nothing
				returning id""")
			.param("source", this.json.writeValueAsString(source.toDocument()))
			.param("target", this.json.writeValueAsString(target.toDocument()))
			.param("epoch", source.epoch())
			.query(Long.class)
			.optional();
	}

	/**
	 * Puts the target in force, if the source still is: compare and swap. Within a
	 * transaction that is fenced by the term.
	 * @param change the change, PREPARING
	 * @param term of the owner that does it
	 * @return whether it was done
	 */
	boolean switchOver(TopologyChange change, Term term) {
		boolean swapped = this.jdbc.sql("""
				update owner.topology
				set epoch = :to, term = :term, document = :document::jsonb, updated_at = clock_timestamp()
				where epoch = :from""")
			.param("to", change.target().epoch())
			.param("term", term.number())
			.param("document", this.json.writeValueAsString(change.target().toDocument()))
			.param("from", change.source().epoch())
			.update() == 1;
		return swapped && this.jdbc.sql("""
				update owner.topology_change set state = 'SWITCHED', term = :term, switched_at = clock_timestamp()
				where id = :id and state = 'PREPARING'""")
			.param("term", term.number())
			.param("id", change.id())
			.update() == 1;
	}

	/**
	 * Ends a change. Within a transaction that is fenced by the term.
	 * @param change the change, under way
	 * @param end DONE or ROLLED_BACK
	 * @param reason why it was rolled back
	 * @param term of the owner that does it
	 */
	void end(TopologyChange change, TopologyChange.State end, @Nullable String reason, Term term) {
		this.jdbc.sql("""
				update owner.topology_change
				set state = :end, reason = :reason, term = :term, finished_at = clock_timestamp()
				where id = :id and state = :state""")
			.param("end", end.name())
			.param("reason", reason)
			.param("term", term.number())
			.param("id", change.id())
			.param("state", change.state().name())
			.update();
	}

	/**
	 * Whether the change has been in its present state for longer than that.
	 * @param change the change, under way
	 * @param millis the time
	 * @return whether it has, by the database's clock
	 */
	boolean isOlderThan(TopologyChange change, long millis) {
		return this.jdbc.sql("""
				select coalesce(switched_at, started_at) < clock_timestamp() - :millis * interval '1 millisecond'
				from owner.topology_change where id = :id""")
			.param("millis", millis)
			.param("id", change.id())
			.query(Boolean.class)
			.single();
	}

	Optional<TopologyChange> underWay() {
		return this.jdbc.sql("select * from owner.topology_change where state in ('PREPARING', 'SWITCHED')")
			.query((row, number) -> read(row))
			.optional();
	}

	Optional<TopologyChange> find(long id) {
		return this.jdbc.sql("select * from owner.topology_change where id = :id")
			.param("id", id)
			.query((row, number) -> read(row))
			.optional();
	}

	private TopologyChange read(ResultSet row) throws SQLException {
		return new TopologyChange(row.getLong("id"), TopologyChange.State.valueOf(row.getString("state")),
				row.getString("reason"), topology(row.getString("source")), topology(row.getString("target")),
				row.getObject("term", Long.class), row.getObject("started_at", OffsetDateTime.class).toInstant(),
				instant(row.getObject("finished_at", OffsetDateTime.class)));
	}

	private Topology topology(String document) {
		return Topology.of(this.json.readValue(document, TopologyDocument.class));
	}

	private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
		return (time != null) ? time.toInstant() : null;
	}

}
