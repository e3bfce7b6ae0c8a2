package dev.bootpatterns.local.conformance;

import org.jspecify.annotations.Nullable;

/**
 * What became of a rule.
 *
 * @param rule the rule, as a sentence
 * @param passed whether it is kept
 * @param seen what was seen
 * @param todo what helps; only if it is not kept
 */
public record Verdict(String rule, boolean passed, String seen, @Nullable String todo) {
}
