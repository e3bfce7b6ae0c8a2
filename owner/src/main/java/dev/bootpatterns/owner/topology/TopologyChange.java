package dev.bootpatterns.owner.topology;

import java.time.Instant;

import dev.bootpatterns.sharding.Topology;
import org.jspecify.annotations.Nullable;

/**
 * A change from one topology to another.
 *
 * @param id its number
 * @param state how far it is
 * @param reason why it was rolled back
 * @param source the topology that it began from
 * @param target the topology that it leads to; its epoch is used once, also if the change
 * is rolled back
 * @param term the term of the owner that switched or ended it
 * @param startedAt when it was asked for
 * @param finishedAt when it was done or rolled back
 */
record TopologyChange(long id, State state, @Nullable String reason, Topology source, Topology target,
		@Nullable Long term, Instant startedAt, @Nullable Instant finishedAt) {

	/** How many slots it moves. */
	int slots() {
		return this.source.movesTo(this.target).stream().mapToInt((move) -> move.slots().size()).sum();
	}

	/**
	 * How far a change is.
	 */
	enum State {

		/** The replicas that receive slots load them; the old topology is in force. */
		PREPARING,

		/**
		 * The new topology is in force; those that gave slots keep their copies for
		 * searches that began under the old one.
		 */
		SWITCHED,

		/** The copies were given up. */
		DONE,

		/** The old topology stayed in force. */
		ROLLED_BACK

	}

}
