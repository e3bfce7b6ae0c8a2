/**
 * Faults on demand, to see the patterns with: only in the profile {@code demo}.
 */
@NullMarked
package dev.bootpatterns.fault;

import org.jspecify.annotations.NullMarked;
