/**
 * The one thread that moves lines from the files to where they go, and its account of
 * them.
 */
@NullMarked
package dev.bootpatterns.logadapter.pipeline;

import org.jspecify.annotations.NullMarked;
