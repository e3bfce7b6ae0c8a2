package dev.bootpatterns.owner.sources;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Which entries of a corpus are items.
 * <p>
 * An id is a relative path of plain segments, so that it cannot name anything outside of
 * the corpus, whatever the corpus is kept in. Hidden entries (a segment that begins with
 * a dot) are no items.
 */
class ItemRules {

	/** What an AMQP header and the document store take. */
	static final int MAX_ID_BYTES = 512;

	/** How far git looks for a NUL byte. */
	private static final int BINARY_HEAD = 8000;

	private final List<String> prefixes;

	private final long maxSize;

	private final boolean binaries;

	/**
	 * Rules.
	 * @param prefixes only ids that begin with one of these; none: all
	 * @param maxSize in bytes
	 * @param binaries whether what is no text is an item, too
	 */
	ItemRules(List<String> prefixes, long maxSize, boolean binaries) {
		this.prefixes = List.copyOf(prefixes);
		this.maxSize = maxSize;
		this.binaries = binaries;
	}

	long maxSize() {
		return this.maxSize;
	}

	/** Whether an entry is meant at all: in the chosen part, and not hidden. */
	boolean covers(String id) {
		return (this.prefixes.isEmpty() || this.prefixes.stream().anyMatch(id::startsWith)) && !id.startsWith(".")
				&& !id.contains("/.");
	}

	/** Whether an id could be in a list. */
	boolean allows(String id) {
		return covers(id) && isPlain(id);
	}

	/** Why an entry is skipped, or empty if it is an item. */
	Optional<String> reasonToSkip(String id, long size, Content content) {
		if (!isPlain(id)) {
			return Optional.of("name");
		}
		if (size == 0) {
			return Optional.of("empty");
		}
		if (size > this.maxSize) {
			return Optional.of("too-large");
		}
		if (this.binaries) {
			return Optional.empty();
		}
		try (InputStream stream = content.open()) {
			return isBinary(stream.readNBytes(BINARY_HEAD)) ? Optional.of("binary") : Optional.empty();
		}
		catch (IOException ex) {
			return Optional.of("unreadable");
		}
	}

	private static boolean isPlain(String id) {
		if (id.isEmpty() || id.indexOf('\\') >= 0 || id.chars().anyMatch(Character::isISOControl)
				|| id.getBytes(StandardCharsets.UTF_8).length > MAX_ID_BYTES) {
			return false;
		}
		for (String segment : id.split("/", -1)) {
			if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
				return false;
			}
		}
		return true;
	}

	private static boolean isBinary(byte[] head) {
		for (byte value : head) {
			if (value == 0) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Opens an entry.
	 */
	@FunctionalInterface
	interface Content {

		InputStream open() throws IOException;

	}

}
