/**
 * The owner: several replicas of which one, elected, acts.
 */
@NullMarked
package dev.bootpatterns.owner;

import org.jspecify.annotations.NullMarked;
