/**
 * The documents that the suite indexes.
 */
@NullMarked
package dev.bootpatterns.local.corpus;

import org.jspecify.annotations.NullMarked;
