/**
 * The replicas of a service: which there are, which are ready, how one is called, and
 * when another is tried.
 */
@NullMarked
package dev.bootpatterns.gateway.replicas;

import org.jspecify.annotations.NullMarked;
