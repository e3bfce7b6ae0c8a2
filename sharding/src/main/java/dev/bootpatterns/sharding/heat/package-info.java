/**
 * Where the load is, and what to do about it: the
 * {@linkplain dev.bootpatterns.sharding.heat.SlotRates rates of the slots}, the
 * {@linkplain dev.bootpatterns.sharding.heat.SpaceSaving hottest keys}, whether the
 * unevenness {@linkplain dev.bootpatterns.sharding.heat.ChiSquare is more than chance},
 * and {@linkplain dev.bootpatterns.sharding.heat.Cooling which slots to move}. No clock
 * and no thread inside: the caller says how much time has passed.
 */
@NullMarked
package dev.bootpatterns.sharding.heat;

import org.jspecify.annotations.NullMarked;
