/**
 * The suite's API, as a client of the gateway.
 */
@NullMarked
package dev.bootpatterns.local.client;

import org.jspecify.annotations.NullMarked;
