package dev.bootpatterns.owner.jobs;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Which items of a job must be worked on one after the other, in the order of the list:
 * those with the same key, which is a part of their ids.
 *
 * @param segment which segment of the id is the key, from 1; 0: all but the last; -1: one
 * key for all
 */
record OrderBy(int segment) {

	private static final int ALL = -1;

	private static final int FOLDER = 0;

	private static final Pattern SEGMENT = Pattern.compile("segment:([1-9][0-9]?)");

	/**
	 * Reads what a job says.
	 * @return empty if it is none of {@code all}, {@code folder}, {@code segment:N}
	 */
	static Optional<OrderBy> of(String text) {
		Matcher segment = SEGMENT.matcher(text);
		if (segment.matches()) {
			return Optional.of(new OrderBy(Integer.parseInt(segment.group(1))));
		}
		return switch (text) {
			case "all" -> Optional.of(new OrderBy(ALL));
			case "folder" -> Optional.of(new OrderBy(FOLDER));
			default -> Optional.empty();
		};
	}

	/** Reads what the database has. */
	static @Nullable OrderBy ofNullable(@Nullable String text) {
		return (text != null) ? of(text).orElseThrow() : null;
	}

	/** Null for an id that has no such segment: it waits for none and none for it. */
	@Nullable String key(String id) {
		if (this.segment == ALL) {
			return "";
		}
		if (this.segment == FOLDER) {
			return id.substring(0, Math.max(0, id.lastIndexOf('/')));
		}
		String[] segments = id.split("/", -1);
		return (segments.length >= this.segment) ? segments[this.segment - 1] : null;
	}

	@Override
	public String toString() {
		return switch (this.segment) {
			case ALL -> "all";
			case FOLDER -> "folder";
			default -> "segment:" + this.segment;
		};
	}

}
