/**
 * Which files there are, and how far each has been read.
 */
@NullMarked
package dev.bootpatterns.logadapter.follow;

import org.jspecify.annotations.NullMarked;
