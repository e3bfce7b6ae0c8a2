/**
 * Where a job's items come from.
 */
@NullMarked
package dev.bootpatterns.owner.sources;

import org.jspecify.annotations.NullMarked;
