/**
 * The suite without Docker: the application behind {@code ./suite}.
 */
@NullMarked
package dev.bootpatterns.local;

import org.jspecify.annotations.NullMarked;
