/**
 * {@code ./suite faults}: random faults at processes that run, and what must hold all the
 * same.
 */
@NullMarked
package dev.bootpatterns.local.faults;

import org.jspecify.annotations.NullMarked;
