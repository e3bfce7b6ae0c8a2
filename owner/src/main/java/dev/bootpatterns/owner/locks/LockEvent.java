package dev.bootpatterns.owner.locks;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a lock.
 *
 * @param name its name
 * @param type acquired, released, expired or value
 * @param holder whose grant that was; for a value, who held the lock, if anybody did
 * @param token the grant's token
 * @param version the lock's version from then on
 * @param previous its version until then: who has seen that has missed nothing
 */
record LockEvent(String name, String type, @Nullable String holder, @Nullable Long token, long version,
		@JsonIgnore long previous) {
}
