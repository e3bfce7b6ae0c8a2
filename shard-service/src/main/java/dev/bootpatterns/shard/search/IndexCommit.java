package dev.bootpatterns.shard.search;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.bootpatterns.sharding.SlotSet;
import dev.bootpatterns.sharding.Slots;

/**
 * How far an index is.
 *
 * @param database the database whose documents it has
 * @param versions by slot, the version up to which it has them; {@value #NOTHING} if it
 * has not been loaded
 */
@SuppressWarnings("ArrayRecordComponent")
record IndexCommit(String database, long[] versions) {

	/** Lower than any version: everything of such a slot is still to come. */
	static final long NOTHING = -1;

	/** Of an empty index. */
	static final IndexCommit NONE = new IndexCommit("", nothing());

	static long[] nothing() {
		long[] versions = new long[Slots.COUNT];
		Arrays.fill(versions, NOTHING);
		return versions;
	}

	/**
	 * From what {@link #toUserData} gave.
	 * @param data the data of a Lucene commit
	 * @return what it says, or empty if it says nothing that is understood
	 */
	static Optional<IndexCommit> of(Map<String, String> data) {
		long[] versions = nothing();
		try {
			for (String slot : data.getOrDefault("versions", "").split(" ", -1)) {
				int colon = slot.indexOf(':');
				versions[Integer.parseInt(slot.substring(0, colon))] = Long.parseLong(slot.substring(colon + 1));
			}
			return Optional.of(new IndexCommit(data.getOrDefault("database", ""), versions));
		}
		catch (IndexOutOfBoundsException | NumberFormatException ex) {
			return Optional.empty();
		}
	}

	Map<String, String> toUserData() {
		return Map.of("database", this.database, "versions",
				slots().stream().mapToObj((slot) -> slot + ":" + this.versions[slot]).collect(Collectors.joining(" ")));
	}

	/** The slots that it has. */
	SlotSet slots() {
		return SlotSet.of(IntStream.range(0, this.versions.length).filter((slot) -> this.versions[slot] != NOTHING));
	}

}
