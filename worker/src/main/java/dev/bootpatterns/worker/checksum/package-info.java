/**
 * The handler {@code checksum}.
 */
@NullMarked
package dev.bootpatterns.worker.checksum;

import org.jspecify.annotations.NullMarked;
