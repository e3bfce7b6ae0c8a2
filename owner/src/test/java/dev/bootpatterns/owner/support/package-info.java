/**
 * What the tests of several features share.
 */
@NullMarked
package dev.bootpatterns.owner.support;

import org.jspecify.annotations.NullMarked;
