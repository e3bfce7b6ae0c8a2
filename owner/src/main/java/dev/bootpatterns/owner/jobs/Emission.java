package dev.bootpatterns.owner.jobs;

import org.jspecify.annotations.Nullable;

/**
 * An item for the next stage, as a worker asks for it.
 *
 * @param to the name of the stage; null: each that comes next
 * @param id the new item's id; null: that of the item which leads to it
 * @param content the new item's content; null: that of the item which leads to it
 */
@SuppressWarnings("ArrayRecordComponent")
record Emission(@Nullable String to, @Nullable String id, byte @Nullable [] content) {
}
