/**
 * Log files of many formats, followed, as one structured stream.
 */
@NullMarked
package dev.bootpatterns.logadapter;

import org.jspecify.annotations.NullMarked;
