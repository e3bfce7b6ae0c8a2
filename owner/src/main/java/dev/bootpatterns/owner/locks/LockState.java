package dev.bootpatterns.owner.locks;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * A lock at a moment.
 *
 * @param name its name
 * @param version 0 if nothing is known of it
 * @param holder who has been granted it last and has not released it
 * @param token the number of that grant
 * @param attempt what the holder called its request
 * @param expiresInMs until the grant's end; not positive if it is over
 */
record LockState(String name, long version, @Nullable String holder, long token, @Nullable String attempt,
		long expiresInMs) {

	static LockState unknown(String name) {
		return new LockState(name, 0, null, 0, null, 0);
	}

	/** Whether a grant is over and has not been written down as such. */
	boolean isOverdue() {
		return this.holder != null && this.expiresInMs <= 0;
	}

	/** The grant in force. */
	Optional<HeldLock> held() {
		return (this.holder == null || isOverdue()) ? Optional.empty()
				: Optional.of(new HeldLock(this.name, this.holder, this.token, this.version, this.expiresInMs));
	}

}
