package dev.bootpatterns.local.job;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import org.jspecify.annotations.Nullable;

/**
 * What a source has, told without the owner: by what the owner's README says is an item,
 * not by its code, so that one can be held against the other.
 *
 * @param ids of all items
 * @param skipped how many entries are none, by reason; null if that is not known
 */
record Listing(NavigableSet<String> ids, @Nullable Map<String, Long> skipped) {

	/** As {@code LC_ALL=C sort}: by the bytes of UTF-8, which is not UTF-16's order. */
	static final Comparator<String> BY_BYTES = Comparator.comparing((id) -> id.getBytes(StandardCharsets.UTF_8),
			java.util.Arrays::compareUnsigned);

	private static final int MAX_ID_BYTES = 512;

	private static final long MAX_ITEM_BYTES = 2 * 1024 * 1024;

	private static final int BINARY_HEAD = 8000;

	/**
	 * Reads ids from a list, one in a line.
	 * @throws IOException when it cannot be read
	 */
	static Listing ofLines(Reader lines) throws IOException {
		NavigableSet<String> ids = new TreeSet<>(BY_BYTES);
		new BufferedReader(lines).lines().filter((line) -> !line.isEmpty()).forEach(ids::add);
		return new Listing(ids, null);
	}

	/**
	 * Lists an archive.
	 * @param file a zip
	 * @param prefixes only entries that begin with one of these; none: all
	 * @param binaries whether what is no text is an item
	 * @throws IOException when it cannot be read
	 */
	static Listing ofArchive(Path file, List<String> prefixes, boolean binaries) throws IOException {
		NavigableSet<String> ids = new TreeSet<>(BY_BYTES);
		Map<String, Long> skipped = new TreeMap<>();
		try (ZipFile zip = new ZipFile(file.toFile())) {
			for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements();) {
				ZipEntry entry = entries.nextElement();
				String id = entry.getName();
				boolean meant = prefixes.isEmpty() || prefixes.stream().anyMatch(id::startsWith);
				if (meant && !entry.isDirectory() && !id.startsWith(".") && !id.contains("/.")) {
					String reason = reasonToSkip(zip, entry, binaries);
					if (reason == null) {
						ids.add(id);
					}
					else {
						skipped.merge(reason, 1L, Long::sum);
					}
				}
			}
		}
		return new Listing(ids, skipped);
	}

	private static @Nullable String reasonToSkip(ZipFile zip, ZipEntry entry, boolean binaries) throws IOException {
		String id = entry.getName();
		if (id.contains("\\") || id.contains("//") || id.startsWith("/") || ("/" + id + "/").contains("/../")
				|| id.chars().anyMatch(Character::isISOControl)
				|| id.getBytes(StandardCharsets.UTF_8).length > MAX_ID_BYTES) {
			return "name";
		}
		if (entry.getSize() == 0) {
			return "empty";
		}
		if (entry.getSize() > MAX_ITEM_BYTES) {
			return "too-large";
		}
		if (binaries) {
			return null;
		}
		try (InputStream content = zip.getInputStream(entry)) {
			for (byte value : content.readNBytes(BINARY_HEAD)) {
				if (value == 0) {
					return "binary";
				}
			}
			return null;
		}
	}

}
