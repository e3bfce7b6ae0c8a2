/**
 * How many workers a job needs, by what was measured of it.
 */
@NullMarked
package dev.bootpatterns.owner.scaling;

import org.jspecify.annotations.NullMarked;
