/**
 * Errors as {@code application/problem+json}.
 */
@NullMarked
package dev.bootpatterns.gateway.problem;

import org.jspecify.annotations.NullMarked;
