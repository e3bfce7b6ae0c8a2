/**
 * The stages that pipelines are made of: what copies, filters, splits, shards, merges and
 * joins items, and what makes one result of many. They know of one item at a time; which
 * stage comes next, and which items are one group, is the owner's.
 */
@NullMarked
package dev.bootpatterns.worker.pipeline;

import org.jspecify.annotations.NullMarked;
