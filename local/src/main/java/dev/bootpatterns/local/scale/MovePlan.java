package dev.bootpatterns.local.scale;

import java.util.List;
import java.util.Locale;

import dev.bootpatterns.local.console.Console;
import tools.jackson.databind.JsonNode;

/**
 * What a change of the topology would move, for people to read before it is done.
 *
 * @param json the owner's answer to {@code POST /topology/plan}
 */
record MovePlan(JsonNode json) {

	private static final double MIB = 1024 * 1024;

	void print(Console console) {
		JsonNode shards = this.json.path("shards");
		JsonNode moves = this.json.path("moves");
		if (moves.isEmpty()) {
			console.line("plan: the topology has %d shards, nothing moves".formatted(shards.path("after").asInt(0)));
			return;
		}
		JsonNode skew = this.json.path("skew");
		console
			.line(String.format(Locale.ROOT, "plan: %d → %d shards; %d slots, %d documents, %s move; skew %.2f → %.2f",
					shards.path("before").asInt(0), shards.path("after").asInt(0), this.json.path("slots").asLong(0),
					this.json.path("keys").asLong(0), size(this.json), skew.path("before").asDouble(0),
					skew.path("after").asDouble(0)));
		console.table(List.of("FROM", "TO", "SLOTS", "DOCUMENTS", "SIZE"), moves.valueStream()
			.map((move) -> List.of("shard " + move.path("from").asString(""), "shard " + move.path("to").asString(""),
					move.path("slots").asString(""), move.path("keys").asString(""), size(move)))
			.toList());
	}

	private static String size(JsonNode node) {
		return String.format(Locale.ROOT, "%.1f MiB", node.path("bytes").asLong(0) / MIB);
	}

}
