package dev.bootpatterns.local.scale;

import java.util.List;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.state.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A change of the topology, as the owner tells it.
 *
 * @param id its name in {@code /topology/changes}
 * @param state how far it is
 * @param reason why it was rolled back; blank otherwise
 * @param toEpoch the epoch of the new topology
 * @param shardsBefore how many shards there were
 * @param shardsAfter how many there will be
 * @param waitingFor the replicas whose report is missing, such as {@code shard-3/a}
 */
record Change(String id, State state, String reason, long toEpoch, int shardsBefore, int shardsAfter,
		List<String> waitingFor) {

	/**
	 * The life of a change.
	 */
	enum State {

		/** The receiving replicas load their slots; the old topology is in force. */
		PREPARING,

		/** The new topology is in force; the old owners still have their copies. */
		SWITCHED,

		/** The old owners have dropped them. */
		DONE,

		/** The old topology stays in force. */
		ROLLED_BACK;

		boolean ended() {
			return this == DONE || this == ROLLED_BACK;
		}

	}

	static Change of(String json) {
		try {
			JsonNode node = Json.tree(json);
			return new Change(node.path("id").asString(""), State.valueOf(node.path("state").asString("")),
					node.path("reason").asString(""), node.path("toEpoch").asLong(0),
					node.path("shardsBefore").asInt(0), node.path("shardsAfter").asInt(0),
					node.path("waitingFor").valueStream().map(JsonNode::asString).toList());
		}
		catch (JacksonException | IllegalArgumentException ex) {
			throw new SuiteFailure("the owner's answer about the change is not understood: " + json, null, ex);
		}
	}

	/** Only slots move, as when the owner cools a hot shard. */
	boolean keepsShards() {
		return this.shardsBefore == this.shardsAfter;
	}

	/** Whether requests go by the new topology. */
	boolean isInForce() {
		return this.state == State.SWITCHED || this.state == State.DONE;
	}

	String progress() {
		String waiting = this.waitingFor.isEmpty() ? "" : ", waiting for " + String.join(", ", this.waitingFor);
		return switch (this.state) {
			case PREPARING -> "change %s: receiving replicas load their slots%s".formatted(this.id, waiting);
			case SWITCHED -> "change %s: epoch %d is in force, old owners drop their copies%s".formatted(this.id,
					this.toEpoch, waiting);
			case DONE -> "change %s: done".formatted(this.id);
			case ROLLED_BACK -> "change %s: rolled back".formatted(this.id);
		};
	}

}
