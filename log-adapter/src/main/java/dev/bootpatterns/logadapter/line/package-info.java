/**
 * Bytes to lines.
 */
@NullMarked
package dev.bootpatterns.logadapter.line;

import org.jspecify.annotations.NullMarked;
