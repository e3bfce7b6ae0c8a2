/**
 * Text for people: tables, progress, colours, durations.
 */
@NullMarked
package dev.bootpatterns.local.console;

import org.jspecify.annotations.NullMarked;
