package dev.bootpatterns.gateway.scatter;

import tools.jackson.databind.JsonNode;

import org.springframework.http.ProblemDetail;

/**
 * What came of asking one shard.
 */
sealed interface LeafOutcome {

	/** The answer, and the replica that gave it. */
	record Answered(JsonNode answer, String replica) implements LeafOutcome {
	}

	/** It says that the request is bad, as every leaf would. */
	record Refused(ProblemDetail problem) implements LeafOutcome {
	}

	/** Its replicas are of another topology than the one under which it was asked. */
	record Moved() implements LeafOutcome {
	}

	/** It did not answer, for this reason. */
	record Absent(String reason) implements LeafOutcome {
	}

}
