package dev.bootpatterns.worker.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

import org.springframework.web.util.UriUtils;

/**
 * An item's id as the path of a URL.
 * <p>
 * Each segment is percent-encoded but for RFC 3986's unreserved characters, so that
 * nothing in an id can become a query, a fragment or a path parameter. A segment that is
 * empty, {@code .} or {@code ..} cannot be sent at all: servers collapse it, encoded or
 * not, and the document would land under another id.
 */
final class DocumentPath {

	private DocumentPath() {
	}

	/**
	 * Encodes an id.
	 * @param id the item's id
	 * @return the path without a leading {@code /}; empty if no URL can carry the id
	 */
	static Optional<String> of(String id) {
		String[] segments = id.split("/", -1);
		if (Arrays.stream(segments).anyMatch(DocumentPath::collapses)) {
			return Optional.empty();
		}
		return Optional.of(Arrays.stream(segments)
			.map((segment) -> UriUtils.encode(segment, StandardCharsets.UTF_8))
			.collect(Collectors.joining("/")));
	}

	private static boolean collapses(String segment) {
		return segment.isEmpty() || ".".equals(segment) || "..".equals(segment);
	}

}
