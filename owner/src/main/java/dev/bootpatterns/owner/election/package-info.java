/**
 * Who is the owner: leases on PostgreSQL, leadership with terms, and effects fenced by
 * the term.
 */
@NullMarked
package dev.bootpatterns.owner.election;

import org.jspecify.annotations.NullMarked;
