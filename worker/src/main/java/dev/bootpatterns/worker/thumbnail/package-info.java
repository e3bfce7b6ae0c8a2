/**
 * The handler {@code thumbnail}.
 */
@NullMarked
package dev.bootpatterns.worker.thumbnail;

import org.jspecify.annotations.NullMarked;
