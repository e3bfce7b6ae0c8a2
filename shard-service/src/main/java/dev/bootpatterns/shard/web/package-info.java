/**
 * What holds for every request: bounded bodies, and errors as
 * {@code application/problem+json}.
 */
@NullMarked
package dev.bootpatterns.shard.web;

import org.jspecify.annotations.NullMarked;
