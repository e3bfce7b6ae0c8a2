/**
 * The handler {@code http}: a container beside the worker does the work.
 */
@NullMarked
package dev.bootpatterns.worker.http;

import org.jspecify.annotations.NullMarked;
