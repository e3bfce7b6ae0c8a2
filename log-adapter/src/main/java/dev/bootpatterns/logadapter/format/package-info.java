/**
 * Lines to entries: which format a line has, and which lines belong together.
 */
@NullMarked
package dev.bootpatterns.logadapter.format;

import org.jspecify.annotations.NullMarked;
