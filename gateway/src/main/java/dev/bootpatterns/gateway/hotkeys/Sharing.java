package dev.bootpatterns.gateway.hotkeys;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.StringUtils;

/**
 * What may be shared: of RFC 9111 the part that is safe without knowing the service.
 */
final class Sharing {

	private static final List<HttpMethod> READS = List.of(HttpMethod.GET, HttpMethod.HEAD);

	private static final List<HttpMethod> SAFE = List.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS,
			HttpMethod.TRACE);

	/**
	 * A request with one of these is its client's own affair. {@code If-None-Match} is
	 * not among them: a copy answers it.
	 */
	private static final List<String> OWN = List.of(HttpHeaders.AUTHORIZATION, HttpHeaders.COOKIE,
			HttpHeaders.CACHE_CONTROL, HttpHeaders.PRAGMA, HttpHeaders.RANGE, HttpHeaders.IF_RANGE,
			HttpHeaders.IF_MATCH, HttpHeaders.IF_UNMODIFIED_SINCE, HttpHeaders.IF_MODIFIED_SINCE,
			HttpHeaders.TRANSFER_ENCODING, HttpHeaders.UPGRADE);

	private Sharing() {
	}

	static boolean isRead(ServerHttpRequest request) {
		return READS.contains(request.getMethod());
	}

	/** Whether a request may change what is at its key. */
	static boolean isWrite(ServerHttpRequest request) {
		return !SAFE.contains(request.getMethod());
	}

	/** Whether the answer to a read may be one that was fetched for others as well. */
	static boolean allows(ServerHttpRequest request) {
		HttpHeaders headers = request.getHeaders();
		return request.getURI().getRawQuery() == null && headers.getContentLength() <= 0
				&& OWN.stream().noneMatch(headers::containsHeader);
	}

	/**
	 * Why an answer cannot be given to others than who asked for it.
	 * @param status its status
	 * @param headers its headers
	 * @return the reason; null if it can
	 */
	static @Nullable Reason against(@Nullable HttpStatusCode status, HttpHeaders headers) {
		if (status == null || !(status.value() == 200 || status.value() == 404 || status.is5xxServerError())) {
			return Reason.STATUS;
		}
		if (status.value() == 200 && !StringUtils.hasText(headers.getETag())) {
			return Reason.ETAG;
		}
		if (headers.containsHeader(HttpHeaders.SET_COOKIE)) {
			return Reason.COOKIE;
		}
		if (headers.containsHeader(HttpHeaders.VARY)) {
			return Reason.VARY;
		}
		return forbids(headers) ? Reason.CACHE_CONTROL : null;
	}

	private static boolean forbids(HttpHeaders headers) {
		String control = headers.getCacheControl();
		if (control == null) {
			return false;
		}
		String directives = control.toLowerCase(Locale.ROOT);
		return List.of("no-store", "no-cache", "private").stream().anyMatch(directives::contains);
	}

}
