package dev.bootpatterns.gateway.scatter;

import org.springframework.http.ProblemDetail;

/**
 * What came of asking one shard.
 */
sealed interface LeafOutcome {

	/** The leaf's answer. */
	record Answered(LeafAnswer answer) implements LeafOutcome {
	}

	/** It says that the request is bad, as every leaf would. */
	record Refused(ProblemDetail problem) implements LeafOutcome {
	}

	/** Its replicas are of another topology than the one under which it was asked. */
	record Moved(int shard) implements LeafOutcome {
	}

	/** It did not answer, for this reason. */
	record Absent(int shard, String reason) implements LeafOutcome {
	}

}
