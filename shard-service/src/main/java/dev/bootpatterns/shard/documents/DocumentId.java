package dev.bootpatterns.shard.documents;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.UriUtils;

/**
 * Reads a document's id from a request's path: all that follows {@code /documents/},
 * percent-decoded once as UTF-8.
 * <p>
 * It is taken from the path as the client sent it. A router does the same, so that both
 * see the same key whatever a container's decoding and normalisation would make of
 * {@code ;}, {@code //} or {@code %2F}.
 */
final class DocumentId {

	static final int MAX_BYTES = 512;

	private static final String PREFIX = "/documents/";

	private DocumentId() {
	}

	static String of(HttpServletRequest request) {
		return parse(request.getRequestURI());
	}

	/**
	 * Reads the id.
	 * @param rawPath the path of the request, not decoded
	 * @return the id
	 * @throws ResponseStatusException 400 saying what is wrong with it
	 */
	static String parse(String rawPath) {
		String id;
		try {
			id = UriUtils.decode(rawPath.substring(PREFIX.length()), StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw invalid("its percent-encoding is malformed");
		}
		int bytes = id.getBytes(StandardCharsets.UTF_8).length;
		if (id.isEmpty()) {
			throw invalid("it is empty");
		}
		if (bytes > MAX_BYTES) {
			throw invalid("it has %d bytes of UTF-8, %d are allowed".formatted(bytes, MAX_BYTES));
		}
		if (id.codePoints().anyMatch((c) -> Character.isISOControl(c) || c == 0xFFFD)) {
			throw invalid("it has a control character, or bytes that are not UTF-8");
		}
		if (Arrays.stream(id.split("/", -1)).anyMatch((segment) -> segment.equals(".") || segment.equals(".."))) {
			throw invalid("a segment is '.' or '..', which clients and proxies remove");
		}
		return id;
	}

	private static ResponseStatusException invalid(String reason) {
		return new ResponseStatusException(HttpStatus.BAD_REQUEST, "The document's id is not valid: " + reason);
	}

}
