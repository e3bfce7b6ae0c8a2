/**
 * Which shard has which slot, as the owner says, kept while no owner answers.
 */
@NullMarked
package dev.bootpatterns.gateway.topology;

import org.jspecify.annotations.NullMarked;
