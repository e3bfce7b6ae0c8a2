package dev.bootpatterns.sharding;

import java.util.List;

/**
 * A topology as it travels and is stored, in JSON:
 * <pre>{@code {"epoch": 1, "shards": [{"shard": 0, "slots": "0-511"}, {"shard": 1, "slots": "512-1023"}]}}</pre>
 *
 * @param epoch higher is newer
 * @param shards all shards, numbered from 0, in order
 */
public record TopologyDocument(long epoch, List<Shard> shards) {

	public TopologyDocument {
		shards = List.copyOf(shards);
	}

	/**
	 * A shard's part.
	 *
	 * @param shard its number
	 * @param slots its slots as {@link SlotSet} writes them
	 */
	public record Shard(int shard, String slots) {
	}

}
