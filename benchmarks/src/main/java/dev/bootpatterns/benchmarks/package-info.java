/**
 * Measures: JMH for the algorithms, load runs for the running system.
 */
@NullMarked
package dev.bootpatterns.benchmarks;

import org.jspecify.annotations.NullMarked;
