package dev.bootpatterns.shard.documents;

import java.util.Map;

/**
 * A document as it is stored.
 *
 * @param id its key: 1 to 512 bytes of UTF-8
 * @param slot the key's slot
 * @param version higher than any earlier version of any document of the slot
 * @param deleted whether this is only the trace of a deletion (then title, body and
 * attributes are empty)
 * @param title what it is called
 * @param body its text
 * @param attributes further properties
 */
public record Document(String id, int slot, long version, boolean deleted, String title, String body,
		Map<String, String> attributes) {

	public Document {
		attributes = Map.copyOf(attributes);
	}

}
