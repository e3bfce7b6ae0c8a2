package dev.bootpatterns.shard.documents;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * What a conditional request demands of the present state of a document (RFC 9110,
 * section 13): {@code If-Match} lists acceptable versions, or {@code *} for any;
 * {@code If-None-Match} lists unacceptable ones, or {@code *} for any.
 *
 * @param ifMatch entity tags, empty for no demand
 * @param ifNoneMatch entity tags, empty for no demand
 */
record Precondition(List<String> ifMatch, List<String> ifNoneMatch) {

	/**
	 * Reads the headers.
	 * @param headers of the request
	 * @return the demands
	 * @throws ResponseStatusException 400 naming the header that is malformed
	 */
	static Precondition of(HttpHeaders headers) {
		return new Precondition(tags(HttpHeaders.IF_MATCH, headers::getIfMatch),
				tags(HttpHeaders.IF_NONE_MATCH, headers::getIfNoneMatch));
	}

	private static List<String> tags(String header, Supplier<List<String>> read) {
		try {
			return read.get();
		}
		catch (IllegalArgumentException ex) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"%s must be * or entity tags in double quotes, such as \"3\"".formatted(header), ex);
		}
	}

	static String etag(long version) {
		return "\"" + version + "\"";
	}

	/**
	 * Whether a changing request may go on.
	 * @param version the document's version, empty if there is no document
	 * @return whether both demands are met
	 */
	boolean holds(Optional<Long> version) {
		return version.map((present) -> matches(present) && !notModified(present)).orElse(this.ifMatch.isEmpty());
	}

	/**
	 * Whether {@code If-Match} is met, by strong comparison.
	 * @param version the document's version
	 * @return whether it is
	 */
	boolean matches(long version) {
		return this.ifMatch.isEmpty() || this.ifMatch.contains("*") || this.ifMatch.contains(etag(version));
	}

	/**
	 * Whether {@code If-None-Match}, by weak comparison, names the version: a reader has
	 * it already.
	 * @param version the document's version
	 * @return whether it does
	 */
	boolean notModified(long version) {
		return this.ifNoneMatch.contains("*") || this.ifNoneMatch.contains(etag(version))
				|| this.ifNoneMatch.contains("W/" + etag(version));
	}

}
