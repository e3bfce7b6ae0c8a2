package dev.bootpatterns.shard.documents;

import java.util.Map;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of a document.
 *
 * @param title what it is called, up to 1,000 characters
 * @param body its text, up to 2 Mi characters
 * @param attributes further properties, up to 64
 */
record DocumentContent(@NotNull @Size(max = 1000) @PlainText String title,
		@NotNull @Size(max = 2 * 1024 * 1024) @PlainText String body, @Size(max = 64) @Nullable Map<@Size(
				max = 100) @PlainText String, @NotNull @Size(max = 1000) @PlainText String> attributes) {

	DocumentContent {
		attributes = (attributes != null) ? attributes : Map.of();
	}

}
