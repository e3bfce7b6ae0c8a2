package dev.bootpatterns.owner.election;

import java.time.Duration;

/** Settings of an election, in milliseconds. */
final class Times {

	private Times() {
	}

	static ElectionProperties of(long lease, long margin, long renewal, long retry) {
		return new ElectionProperties(ElectionProperties.Store.POSTGRES, Duration.ofMillis(lease),
				Duration.ofMillis(margin), Duration.ofMillis(renewal), Duration.ofMillis(retry), null);
	}

}
