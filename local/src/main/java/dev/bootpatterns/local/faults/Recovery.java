package dev.bootpatterns.local.faults;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What became of one role after a round of faults.
 *
 * @param round which
 * @param role the role
 * @param took from the end of the last fault, or from when a replica was there that could
 * take over, until it was proved that a living one has the role; null if that was not
 * seen in time
 * @param by who has it then, and under which term; for people
 */
record Recovery(int round, String role, @Nullable Duration took, String by) {
}
