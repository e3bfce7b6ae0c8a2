/**
 * What is asked for over HTTP: the most recent entries, and those to come.
 */
@NullMarked
package dev.bootpatterns.logadapter.live;

import org.jspecify.annotations.NullMarked;
