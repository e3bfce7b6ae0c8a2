/**
 * {@code ./suite scale}: other numbers of processes, and another topology, while the
 * suite runs.
 */
@NullMarked
package dev.bootpatterns.local.scale;

import org.jspecify.annotations.NullMarked;
