/**
 * The handler {@code exec}: any program does the work, with the item as a file.
 */
@NullMarked
package dev.bootpatterns.worker.exec;

import org.jspecify.annotations.NullMarked;
