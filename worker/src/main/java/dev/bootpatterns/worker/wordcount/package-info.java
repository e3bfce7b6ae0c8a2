/**
 * The handler {@code wordcount}.
 */
@NullMarked
package dev.bootpatterns.worker.wordcount;

import org.jspecify.annotations.NullMarked;
