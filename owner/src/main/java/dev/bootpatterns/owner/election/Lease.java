package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.time.Instant;

/**
 * A lease as the store sees it, by the store's clock.
 *
 * @param holder who has it
 * @param term the term that it was granted under
 * @param acquiredAt since when
 * @param expiresIn how long it still lasts unless it is renewed; not negative
 */
record Lease(String holder, long term, Instant acquiredAt, Duration expiresIn) {
}
