/**
 * Ending by itself when all is done, as a Kubernetes Job wants it.
 */
@NullMarked
package dev.bootpatterns.worker.completion;

import org.jspecify.annotations.NullMarked;
