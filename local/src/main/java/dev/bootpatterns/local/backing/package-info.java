/**
 * The database and the broker behind the services: embedded here, or somebody else's.
 */
@NullMarked
package dev.bootpatterns.local.backing;

import org.jspecify.annotations.NullMarked;
