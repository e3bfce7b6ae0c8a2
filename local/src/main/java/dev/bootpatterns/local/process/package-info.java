/**
 * Processes of this machine: ending them, asking whether they are ready, and the pace at
 * which both is looked at.
 */
@NullMarked
package dev.bootpatterns.local.process;

import org.jspecify.annotations.NullMarked;
