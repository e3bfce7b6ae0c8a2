package dev.bootpatterns.worker;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * An item that goes on to the next stage of a pipeline, as it travels to the owner.
 *
 * @param to the stage, by its name; null for all that come next
 * @param id the item's id there, 1 to 512 bytes of UTF-8 without U+0000; null for the id
 * that it has
 * @param content its content there; null for the content that it has
 */
@SuppressWarnings("ArrayRecordComponent")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Emission(@Nullable String to, @Nullable String id, byte @Nullable [] content) {

	/**
	 * The item as it is.
	 * @return to all stages that come next
	 */
	public static Emission unchanged() {
		return new Emission(null, null, null);
	}

	/**
	 * The item as it is.
	 * @param stage the name of a stage
	 * @return to that stage alone
	 */
	public static Emission unchangedTo(String stage) {
		return new Emission(stage, null, null);
	}

}
