/**
 * Checks whether programs and containers of any language keep to the contracts of workers
 * and sources.
 */
@NullMarked
package dev.bootpatterns.local.conformance;

import org.jspecify.annotations.NullMarked;
