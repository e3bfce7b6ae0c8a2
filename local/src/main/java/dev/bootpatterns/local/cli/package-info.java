/**
 * The commands of {@code ./suite}.
 */
@NullMarked
package dev.bootpatterns.local.cli;

import org.jspecify.annotations.NullMarked;
