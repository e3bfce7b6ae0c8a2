package dev.bootpatterns.owner.locks;

/**
 * A lock that somebody holds.
 *
 * @param name its name
 * @param holder what the holder calls itself
 * @param token the number of this grant: higher than that of any grant of this name
 * before
 * @param version changes with whatever happens to the lock or its value, except that it
 * is renewed
 * @param expiresInMs how long it is held if it is not renewed, at least, counted from the
 * moment at which the answer was asked for
 */
record HeldLock(String name, String holder, long token, long version, long expiresInMs) {
}
