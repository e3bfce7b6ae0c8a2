/**
 * Load for the running system: open, measured from when each request was due, and, if
 * mixed, verified.
 */
@NullMarked
package dev.bootpatterns.benchmarks.load;

import org.jspecify.annotations.NullMarked;
