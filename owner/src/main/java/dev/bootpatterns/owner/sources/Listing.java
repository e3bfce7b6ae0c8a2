package dev.bootpatterns.owner.sources;

import java.util.Map;

/**
 * What a list left out.
 *
 * @param skipped how many entries, by reason
 */
public record Listing(Map<String, Long> skipped) {

	public Listing {
		skipped = Map.copyOf(skipped);
	}

}
