/**
 * The whole suite, run as users run it, and the rules that hold for all modules.
 */
@NullMarked
package dev.bootpatterns.system;

import org.jspecify.annotations.NullMarked;
