/**
 * What is kept on disk: entries, dead letters, and how far reading got.
 */
@NullMarked
package dev.bootpatterns.logadapter.output;

import org.jspecify.annotations.NullMarked;
