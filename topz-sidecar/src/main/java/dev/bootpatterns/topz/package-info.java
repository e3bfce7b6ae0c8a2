/**
 * What each process uses, as {@code GET /topz}: a
 * {@linkplain dev.bootpatterns.topz.Sampler sampler} reads the process table while
 * somebody asks, one message converter a format writes what it found.
 */
@NullMarked
package dev.bootpatterns.topz;

import org.jspecify.annotations.NullMarked;
