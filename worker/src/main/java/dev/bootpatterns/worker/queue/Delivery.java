package dev.bootpatterns.worker.queue;

import dev.bootpatterns.worker.WorkItem;

/**
 * An item together with the owner's term that its reports must carry.
 *
 * @param item the item
 * @param ownerTerm the fencing token of the owner that sent it
 */
record Delivery(WorkItem item, long ownerTerm) {
}
