package dev.bootpatterns.owner.locks;

/**
 * What is kept beside a lock.
 *
 * @param content the bytes
 * @param type their media type
 * @param version the lock's version
 */
@SuppressWarnings("ArrayRecordComponent")
record LockValue(byte[] content, String type, long version) {
}
