/**
 * The handler {@code ingest}: an item becomes a document behind the gateway.
 */
@NullMarked
package dev.bootpatterns.worker.ingest;

import org.jspecify.annotations.NullMarked;
