package dev.bootpatterns.gateway.hotkeys;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;

/**
 * Gets a replica's whole answer by way of the filter chain, for nobody in particular: it
 * looks like the request of whoever was first, but touches nothing of that one's
 * exchange, which may be over before the answer is here.
 */
final class Fetch extends ServerWebExchangeDecorator {

	private final String path;

	private final int maxBytes;

	private final Map<String, Object> attributes;

	private final ServerHttpRequest request;

	private final Answer answer;

	/**
	 * A fetch like a read.
	 * @param first the read
	 * @param path its raw path
	 * @param maxBytes of an answer that can be shared
	 */
	Fetch(ServerWebExchange first, String path, int maxBytes) {
		super(first);
		this.path = path;
		this.maxBytes = maxBytes;
		this.attributes = new ConcurrentHashMap<>(first.getAttributes());
		this.request = new Unconditional(first.getRequest());
		this.answer = new Answer(first.getResponse());
	}

	/**
	 * Fetches.
	 * @param forward how a request gets to a replica
	 * @param now of the ticker
	 * @return the answer, or why it cannot be shared; an error if there is none
	 */
	Mono<Landing> by(Function<ServerWebExchange, Mono<Void>> forward, long now) {
		return Mono.defer(() -> forward.apply(this))
			.then(Mono.defer(() -> landing(now)))
			.doOnError((failure) -> dispose())
			.doOnCancel(this::dispose);
	}

	private Mono<Landing> landing(long now) {
		Connection connection = connection();
		Reason reason = Sharing.against(this.answer.status, this.answer.headers);
		if (reason != null || connection == null) {
			dispose();
			return Mono.just(new Landing.Alone((reason != null) ? reason : Reason.BROKEN));
		}
		HttpStatusCode status = Objects.requireNonNull(this.answer.status);
		return connection.inbound()
			.receive()
			.asByteArray()
			.collect(() -> new Body(this.maxBytes), Body::add)
			.<Landing>map((body) -> new Copy(this.path, status, this.answer.headers, body.toByteArray(), now))
			.onErrorResume((failure) -> {
				dispose();
				return Mono.just(new Landing.Alone((failure instanceof TooLarge) ? Reason.SIZE : Reason.BROKEN));
			});
	}

	private @Nullable Connection connection() {
		return getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR);
	}

	private void dispose() {
		Connection connection = connection();
		if (connection != null) {
			connection.dispose();
		}
	}

	@Override
	public Map<String, Object> getAttributes() {
		return this.attributes;
	}

	@Override
	public ServerHttpRequest getRequest() {
		return this.request;
	}

	@Override
	public ServerHttpResponse getResponse() {
		return this.answer;
	}

	/** The whole document, whatever the first reader had of it already. */
	private static final class Unconditional extends ServerHttpRequestDecorator {

		private final HttpHeaders headers = new HttpHeaders();

		Unconditional(ServerHttpRequest request) {
			super(request);
			this.headers.putAll(request.getHeaders());
			this.headers.remove(HttpHeaders.IF_NONE_MATCH);
		}

		@Override
		public HttpMethod getMethod() {
			return HttpMethod.GET;
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

		@Override
		public Flux<DataBuffer> getBody() {
			return Flux.empty();
		}

	}

	/** Takes the place of the client's response. */
	private static final class Answer extends ServerHttpResponseDecorator {

		private final HttpHeaders headers = new HttpHeaders();

		private @Nullable HttpStatusCode status;

		Answer(ServerHttpResponse response) {
			super(response);
		}

		@Override
		public boolean setStatusCode(@Nullable HttpStatusCode status) {
			this.status = status;
			return true;
		}

		@Override
		public @Nullable HttpStatusCode getStatusCode() {
			return this.status;
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

	}

	/** A body that does not grow without end. */
	private static final class Body extends ByteArrayOutputStream {

		private final int max;

		Body(int max) {
			this.max = max;
		}

		void add(byte[] part) {
			if (this.count + part.length > this.max) {
				throw new TooLarge();
			}
			writeBytes(part);
		}

	}

	private static final class TooLarge extends RuntimeException {

		TooLarge() {
			super("too large", null, false, false);
		}

	}

}
