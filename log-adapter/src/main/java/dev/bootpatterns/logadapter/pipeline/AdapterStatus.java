package dev.bootpatterns.logadapter.pipeline;

import java.time.Instant;

import dev.bootpatterns.logadapter.follow.FileSet;
import org.jspecify.annotations.Nullable;

/**
 * How the adapter stands, for those who look from other threads.
 *
 * @param alive whether the thread that reads is there
 * @param pausedBecause why nothing is read now: writing fails; null if it does not
 * @param pausedSince since when
 * @param files the files
 * @param pendingLines lines read and neither written nor dropped
 */
record AdapterStatus(boolean alive, @Nullable String pausedBecause, @Nullable Instant pausedSince, FileSet.State files,
		int pendingLines) {

	static final AdapterStatus NOT_STARTED = new AdapterStatus(false, null, null, new FileSet.State(0, 0, 0), 0);

}
