/**
 * What comes out: one structured entry, whatever the format was.
 */
@NullMarked
package dev.bootpatterns.logadapter.entry;

import org.jspecify.annotations.NullMarked;
