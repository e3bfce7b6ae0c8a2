/**
 * What all answers have in common: problem details, bounded bodies.
 */
@NullMarked
package dev.bootpatterns.owner.web;

import org.jspecify.annotations.NullMarked;
