/**
 * The serving edge. Each serving pattern is a filter that a route in
 * {@code application.yaml} names.
 */
@NullMarked
package dev.bootpatterns.gateway;

import org.jspecify.annotations.NullMarked;
