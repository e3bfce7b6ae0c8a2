/**
 * Named locks with a time to live, fencing tokens and a value beside each, for programs
 * in any language.
 */
@NullMarked
package dev.bootpatterns.owner.locks;

import org.jspecify.annotations.NullMarked;
