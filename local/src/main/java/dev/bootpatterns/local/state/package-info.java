/**
 * What is kept under {@code .suite/}: folders, the state of the processes, the admin
 * token.
 */
@NullMarked
package dev.bootpatterns.local.state;

import org.jspecify.annotations.NullMarked;
