package dev.bootpatterns.local.faults;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One period of ownership, as {@code GET /leader/history} tells it.
 *
 * @param role what was owned
 * @param term the term
 * @param holder by whom: replica and start
 * @param since when it was granted, by the store's clock
 * @param until when it ended; null while it lasts
 * @param how {@code RELEASED} or {@code EXPIRED}; null while it lasts
 */
record Grant(String role, long term, String holder, Instant since, @Nullable Instant until, @Nullable String how) {

	static Grant of(JsonNode json) {
		String until = json.path("until").asString("");
		String how = json.path("how").asString("");
		return new Grant(json.path("role").asString(), json.path("term").asLong(), json.path("holder").asString(),
				Instant.parse(json.path("since").asString()), until.isEmpty() ? null : Instant.parse(until),
				how.isEmpty() ? null : how);
	}

}
