package dev.bootpatterns.gateway.problem;

import java.util.Objects;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.annotation.Order;
import org.springframework.core.codec.DecodingException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebInputException;
import org.springframework.web.server.WebExceptionHandler;

/**
 * Writes every error of the gateway itself as {@code application/problem+json}, before
 * Spring Boot's own handler would. What nobody expected shows nothing of its inside.
 */
@Component
@Order(-2)
class ProblemExceptionHandler implements WebExceptionHandler {

	private static final Logger logger = LoggerFactory.getLogger(ProblemExceptionHandler.class);

	private final JsonMapper json;

	ProblemExceptionHandler(JsonMapper json) {
		this.json = json;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
		ServerHttpResponse response = exchange.getResponse();
		if (response.isCommitted()) {
			return Mono.error(failure);
		}
		ProblemDetail problem = problem(failure);
		HttpStatusCode status = HttpStatusCode.valueOf(problem.getStatus());
		if (failure instanceof ErrorResponse error) {
			response.getHeaders().putAll(error.getHeaders());
		}
		if (status.equals(HttpStatus.SERVICE_UNAVAILABLE)) {
			response.getHeaders().set(HttpHeaders.RETRY_AFTER, "1");
		}
		response.setStatusCode(status);
		response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
		byte[] body = this.json.writeValueAsBytes(problem);
		return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
	}

	private static ProblemDetail problem(Throwable failure) {
		if (failure instanceof ServerWebInputException input && input.getCause() instanceof DecodingException decoding
				&& decoding.getCause() instanceof JacksonException malformed) {
			return ProblemDetail.forStatusAndDetail(input.getStatusCode(), describe(malformed));
		}
		if (failure instanceof ErrorResponse error) {
			return error.getBody();
		}
		logger.error("Unexpected failure", failure);
		return ProblemDetail.forStatusAndDetail(HttpStatus.INTERNAL_SERVER_ERROR,
				"An unexpected failure; see the gateway's log");
	}

	/** Without the source excerpt and the class names of Jackson's own message. */
	private static String describe(JacksonException malformed) {
		String field = malformed.getPath()
			.stream()
			.map(JacksonException.Reference::getPropertyName)
			.filter(Objects::nonNull)
			.collect(Collectors.joining("."));
		return field.isEmpty() ? "The body is not well-formed JSON"
				: "The field '%s' has the wrong type".formatted(field);
	}

}
