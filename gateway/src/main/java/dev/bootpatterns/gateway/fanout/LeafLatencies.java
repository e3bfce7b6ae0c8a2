package dev.bootpatterns.gateway.fanout;

import java.util.Optional;

/** Where the measurements of leaves are from. */
public interface LeafLatencies {

	/**
	 * What is known now. Called off the event loops, by one thread at a time; the
	 * distribution must not change any more.
	 * @return the measurements; empty if there are none
	 */
	Optional<LeafMeasurements> current();

}
