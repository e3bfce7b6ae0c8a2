/**
 * One replica of one shard: documents by key in PostgreSQL, and a search index over its
 * slots that it derives from them.
 */
@NullMarked
package dev.bootpatterns.shard;

import org.jspecify.annotations.NullMarked;
