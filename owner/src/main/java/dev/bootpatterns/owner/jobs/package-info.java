/**
 * Jobs and their items: listed, enqueued, followed and counted, by the elected owner
 * alone.
 */
@NullMarked
package dev.bootpatterns.owner.jobs;

import org.jspecify.annotations.NullMarked;
