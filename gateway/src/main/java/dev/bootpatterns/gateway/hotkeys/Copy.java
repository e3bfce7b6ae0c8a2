package dev.bootpatterns.gateway.hotkeys;

import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * A replica's answer, whole.
 */
final class Copy implements Landing {

	private static final int OVERHEAD = 1024;

	private final String path;

	private final HttpStatusCode status;

	private final HttpHeaders headers;

	private final byte[] body;

	private final long fetched;

	/**
	 * A copy.
	 * @param path the raw path that it is the answer to
	 * @param status the answer's status
	 * @param headers its headers
	 * @param body its body
	 * @param fetched when the fetch began, by the ticker: what is in it is no older
	 */
	Copy(String path, HttpStatusCode status, HttpHeaders headers, byte[] body, long fetched) {
		this.path = path;
		this.status = status;
		this.headers = headers;
		this.body = body;
		this.fetched = fetched;
	}

	/** Only what is there and has a version outlives those who waited for it. */
	boolean isStorable() {
		return this.status.value() == 200;
	}

	long fetched() {
		return this.fetched;
	}

	byte[] body() {
		return this.body;
	}

	/** What it takes, about. */
	int weight() {
		return this.body.length + OVERHEAD;
	}

	/** Whether it is what is asked for, and of a type that the client accepts. */
	boolean suits(ServerHttpRequest request, String asked) {
		if (!asked.equals(this.path)) {
			return false;
		}
		MediaType type = this.headers.getContentType();
		List<MediaType> accepted = request.getHeaders().getAccept();
		return type == null || !isStorable() || accepted.isEmpty()
				|| accepted.stream().anyMatch((range) -> range.getQualityValue() > 0 && range.includes(type));
	}

	/**
	 * Answers a request with it.
	 * @param exchange the request
	 * @param cacheStatus how it came to be the answer (RFC 9211)
	 * @param ageSeconds how old it is; null if it was fetched for this request
	 * @return completes when it is written
	 */
	Mono<Void> answer(ServerWebExchange exchange, String cacheStatus, @Nullable Long ageSeconds) {
		ServerHttpResponse response = exchange.getResponse();
		HttpHeaders to = response.getHeaders();
		to.putAll(this.headers);
		to.set("Cache-Status", cacheStatus);
		if (ageSeconds != null) {
			to.set(HttpHeaders.AGE, ageSeconds.toString());
		}
		String etag = this.headers.getETag();
		if (etag != null && isStorable() && exchange.checkNotModified(etag)) {
			to.remove(HttpHeaders.CONTENT_LENGTH);
			to.remove(HttpHeaders.CONTENT_TYPE);
			return response.setComplete();
		}
		response.setStatusCode(this.status);
		to.remove(HttpHeaders.TRANSFER_ENCODING);
		to.setContentLength(this.body.length);
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(this.body)));
	}

}
