package dev.bootpatterns.gateway.scatter;

/**
 * What came of asking one shard.
 */
sealed interface LeafOutcome {

	record Answered(LeafAnswer answer) implements LeafOutcome {
	}

	record Absent(int shard, String reason) implements LeafOutcome {
	}

}
