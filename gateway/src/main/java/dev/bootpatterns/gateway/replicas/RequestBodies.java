package dev.bootpatterns.gateway.replicas;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import dev.bootpatterns.gateway.GatewayProperties;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;

/**
 * Holds the bodies of requests while these are on their way, because another replica may
 * have to get them again. Each body is bounded, all bodies together are, and so is the
 * time that a client may take to send one.
 */
@Component
class RequestBodies {

	private final int max;

	private final Semaphore free;

	private final Duration timeout;

	RequestBodies(GatewayProperties properties) {
		this.max = Math.toIntExact(properties.maxRequestSize().toBytes());
		this.free = new Semaphore(Math.toIntExact(properties.maxBufferedSize().toBytes()));
		this.timeout = properties.bodyTimeout();
	}

	/**
	 * Reads the request's body, if it has one, and gives the request on with a body that
	 * can be read any number of times.
	 * @param exchange the request
	 * @param use what is done with it; the body's memory is given back when that ends
	 * @return what use returned; fails with 413 if the body is too large, 408 if it does
	 * not come in time, 503 if there is no memory for it now
	 */
	Mono<Void> buffered(ServerWebExchange exchange, Function<ServerWebExchange, Mono<Void>> use) {
		HttpHeaders headers = exchange.getRequest().getHeaders();
		long stated = headers.getContentLength();
		boolean chunked = headers.containsHeader(HttpHeaders.TRANSFER_ENCODING);
		if (stated <= 0 && !chunked) {
			return use.apply(exchange);
		}
		int size = chunked ? this.max : (int) Math.min(stated, this.max);
		return Mono.defer(() -> {
			if (!this.free.tryAcquire(size)) {
				return Mono.error(new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE,
						"Too many request bodies are on their way"));
			}
			return read(exchange.getRequest())
				.map((body) -> exchange.mutate().request(withBody(exchange.getRequest(), body)).build())
				.flatMap(use)
				.doFinally((end) -> this.free.release(size));
		});
	}

	private Mono<byte[]> read(ServerHttpRequest request) {
		return DataBufferUtils.join(request.getBody(), this.max)
			.map(RequestBodies::bytes)
			.defaultIfEmpty(new byte[0])
			.timeout(this.timeout)
			.onErrorMap(DataBufferLimitException.class,
					(ex) -> new ResponseStatusException(HttpStatus.CONTENT_TOO_LARGE,
							"The body is larger than %d bytes".formatted(this.max)))
			.onErrorMap(TimeoutException.class, (ex) -> new ResponseStatusException(HttpStatus.REQUEST_TIMEOUT,
					"The body did not come within %d s".formatted(this.timeout.toSeconds())));
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	private static ServerHttpRequest withBody(ServerHttpRequest request, byte[] body) {
		return new ServerHttpRequestDecorator(request) {

			@Override
			public Flux<DataBuffer> getBody() {
				return Flux.defer(() -> Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(body)));
			}

		};
	}

}
