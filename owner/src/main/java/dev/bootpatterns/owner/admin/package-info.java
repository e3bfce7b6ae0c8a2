/**
 * Changing operations need the administrator's token.
 */
@NullMarked
package dev.bootpatterns.owner.admin;

import org.jspecify.annotations.NullMarked;
