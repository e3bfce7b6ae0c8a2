/**
 * Taking items from the queue, handing each to its handler, reporting the outcome, and
 * only then settling the item.
 */
@NullMarked
package dev.bootpatterns.worker.queue;

import org.jspecify.annotations.NullMarked;
