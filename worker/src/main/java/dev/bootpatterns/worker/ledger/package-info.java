/**
 * Exactly one effect in a database for each item, whatever dies:
 * {@link dev.bootpatterns.worker.ledger.Ledger}.
 */
@NullMarked
package dev.bootpatterns.worker.ledger;

import org.jspecify.annotations.NullMarked;
