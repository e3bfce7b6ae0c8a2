/**
 * The country of a client, from a table that the user provides.
 */
@NullMarked
package dev.bootpatterns.gateway.country;

import org.jspecify.annotations.NullMarked;
