/**
 * {@code ./suite fault}: slow and failing processes, on demand.
 */
@NullMarked
package dev.bootpatterns.local.fault;

import org.jspecify.annotations.NullMarked;
