/**
 * The worker: {@link dev.bootpatterns.worker.WorkHandler} is what a fork implements;
 * taking items and reporting outcomes is in {@code queue}, the handler that indexes
 * documents in {@code ingest}.
 */
@NullMarked
package dev.bootpatterns.worker;

import org.jspecify.annotations.NullMarked;
