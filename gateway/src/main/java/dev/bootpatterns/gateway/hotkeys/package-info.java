/**
 * Keys that are hot by themselves: their readers share fetches, and for a short time
 * copies.
 */
@NullMarked
package dev.bootpatterns.gateway.hotkeys;

import org.jspecify.annotations.NullMarked;
