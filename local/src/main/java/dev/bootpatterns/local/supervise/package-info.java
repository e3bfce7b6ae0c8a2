/**
 * Starting, watching, restarting and ending processes.
 */
@NullMarked
package dev.bootpatterns.local.supervise;

import org.jspecify.annotations.NullMarked;
