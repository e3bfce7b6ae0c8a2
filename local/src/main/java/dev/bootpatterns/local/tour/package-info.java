/**
 * The guided tour: each pattern is exercised against the running suite, and measured.
 */
@NullMarked
package dev.bootpatterns.local.tour;

import org.jspecify.annotations.NullMarked;
