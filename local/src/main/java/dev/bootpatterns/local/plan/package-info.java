/**
 * What the suite consists of: the list of processes, read from {@code suite.yaml}, and
 * its expansion.
 */
@NullMarked
package dev.bootpatterns.local.plan;

import org.jspecify.annotations.NullMarked;
