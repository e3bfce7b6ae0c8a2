/**
 * Documents by key: conditional writes and reads of the system of record, and the stream
 * of what changed.
 */
@NullMarked
package dev.bootpatterns.shard.documents;

import org.jspecify.annotations.NullMarked;
