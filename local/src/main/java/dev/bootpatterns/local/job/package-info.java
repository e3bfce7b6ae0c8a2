/**
 * Jobs from the command line: begun, followed, put back, and their certificates verified.
 */
@NullMarked
package dev.bootpatterns.local.job;

import org.jspecify.annotations.NullMarked;
