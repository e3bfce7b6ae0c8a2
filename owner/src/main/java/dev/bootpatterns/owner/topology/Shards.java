package dev.bootpatterns.owner.topology;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.bootpatterns.sharding.Slots;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * What the shards wrote down about themselves: which replicas there are, how far they
 * are, how much is in each slot, and how often it is asked for. The owner only reads it.
 */
@Repository
class Shards {

	/**
	 * A replica that said nothing for this long is not waited for. They announce
	 * themselves once a second.
	 */
	private static final String LIVE = "interval '5 seconds'";

	/** Replicas write it down every five seconds while they are asked for anything. */
	private static final String HEAT_LIVE = "interval '15 seconds'";

	private final JdbcClient jdbc;

	private final JsonMapper json;

	Shards(JdbcClient jdbc, JsonMapper json) {
		this.jdbc = jdbc;
		this.json = json;
	}

	/**
	 * The replicas that announced themselves just now.
	 * @return the live ones
	 */
	List<ShardReplica> live() {
		return since("clock_timestamp() - " + LIVE);
	}

	/**
	 * All replicas that routers should know of. One that is silent is among them for a
	 * minute longer than all others: routers find out by themselves who answers, and when
	 * the database was away, all were silent.
	 * @return the replicas
	 */
	List<ShardReplica> known() {
		return since("(select max(seen_at) from documents.replica) - interval '1 minute'");
	}

	private List<ShardReplica> since(String time) {
		if (!exists()) {
			return List.of();
		}
		// The shards' tables are theirs: while none of them is of this version, there is
		// no
		// column of that name, and this is null.
		return this.jdbc.sql("""
				select shard, replica, uri, to_jsonb(replica.*) ->> 'zone' as zone, epoch, prepared_epoch
				from documents.replica
				where seen_at >= %s order by shard, replica""".formatted(time))
			.query((row, number) -> new ShardReplica(row.getInt("shard"), row.getString("replica"),
					row.getString("uri"), row.getString("zone"), row.getLong("epoch"), row.getLong("prepared_epoch")))
			.list();
	}

	/**
	 * How much is in each slot.
	 * @return by slot, documents and their bytes as the database stores them
	 */
	SlotSizes sizes() {
		SlotSizes sizes = new SlotSizes(new long[Slots.COUNT], new long[Slots.COUNT]);
		if (exists()) {
			this.jdbc.sql("""
					select slot, count(*) as keys, sum(pg_column_size(title) + pg_column_size(body)) as bytes
					from documents.document where not deleted group by slot""").query((row) -> {
				sizes.keys()[row.getInt("slot")] = row.getLong("keys");
				sizes.bytes()[row.getInt("slot")] = row.getLong("bytes");
			});
		}
		return sizes;
	}

	/**
	 * How often keys are asked for, as the replicas wrote down a short time ago.
	 * @return by slot, all replicas together
	 */
	Heat.SlotHeat heat() {
		double[] rates = new double[Slots.COUNT];
		double[] counts = new double[Slots.COUNT];
		Map<String, Heat.KeyHeat> keys = new HashMap<>();
		if (exists()) {
			this.jdbc
				.sql("select rates, seconds, hot_keys from documents.heat where seen_at >= clock_timestamp() - "
						+ HEAT_LIVE)
				.query((row) -> {
					Float[] bySlot = (Float[]) row.getArray("rates").getArray();
					for (int slot = 0; slot < Slots.COUNT; slot++) {
						rates[slot] += bySlot[slot];
						counts[slot] += bySlot[slot] * row.getDouble("seconds");
					}
					for (Heat.KeyHeat key : this.json.readValue(row.getString("hot_keys"), Heat.KeyHeat[].class)) {
						keys.merge(key.key(), key, Heat.KeyHeat::plus);
					}
				});
		}
		List<Heat.KeyHeat> hottest = keys.values()
			.stream()
			.sorted(Comparator.comparingDouble(Heat.KeyHeat::requestsPerSecond).reversed())
			.toList();
		return new Heat.SlotHeat(rates, counts, hottest);
	}

	/** Before the first shard replica has started, its tables are not there. */
	private boolean exists() {
		return this.jdbc.sql("select to_regclass('documents.heat') is not null").query(Boolean.class).single();
	}

	/**
	 * Documents and bytes by slot.
	 *
	 * @param keys documents
	 * @param bytes their titles' and bodies' bytes, compressed as stored
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record SlotSizes(long[] keys, long[] bytes) {
	}

}
