/**
 * Checks whether a program of any language keeps to the contract of a worker container.
 */
@NullMarked
package dev.bootpatterns.local.conformance;

import org.jspecify.annotations.NullMarked;
