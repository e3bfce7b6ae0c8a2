package dev.bootpatterns.shard.web;

import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Every error as {@code application/problem+json}: bad input names the field, an
 * unreachable database is 503 with {@code Retry-After}, and what nobody expected shows
 * nothing of its inside.
 */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {

	private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

	@Override
	protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(MethodArgumentNotValidException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		String detail = ex.getFieldErrors()
			.stream()
			.map((error) -> "'%s' %s".formatted(error.getField(), error.getDefaultMessage()))
			.sorted()
			.collect(Collectors.joining("; "));
		return handleExceptionInternal(ex, ProblemDetail.forStatusAndDetail(status, detail), headers, status, request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		HttpStatusCode answer = status;
		String detail = "The body cannot be read";
		if (NestedExceptionUtils.getRootCause(ex) instanceof RequestSizeFilter.ContentTooLargeException tooLarge) {
			answer = HttpStatus.CONTENT_TOO_LARGE;
			detail = tooLarge.getMessage();
		}
		else if (ex.getCause() instanceof JacksonException malformed) {
			detail = describe(malformed);
		}
		return handleExceptionInternal(ex, ProblemDetail.forStatusAndDetail(answer, detail), headers, answer, request);
	}

	/** Jackson's own message without its source excerpt and class names. */
	private static String describe(JacksonException malformed) {
		String field = malformed.getPath()
			.stream()
			.map((reference) -> (reference.getPropertyName() != null) ? reference.getPropertyName()
					: "[" + reference.getIndex() + "]")
			.collect(Collectors.joining("."));
		var location = malformed.getLocation();
		String where = (location != null && location.getLineNr() > 0)
				? " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr()) : "";
		return field.isEmpty() ? "The body is not well-formed JSON" + where
				: "The field '%s' is unknown or has the wrong type%s".formatted(field, where);
	}

	@ExceptionHandler({ DataAccessException.class, TransactionException.class })
	ResponseEntity<ProblemDetail> databaseUnavailable(RuntimeException ex) {
		if (ex instanceof DataIntegrityViolationException) {
			return unexpected(ex);
		}
		log.warn("The database did not do its part", ex);
		// A connection that breaks while it commits leaves that open.
		boolean begun = !(ex instanceof CannotCreateTransactionException
				|| ex instanceof CannotGetJdbcConnectionException);
		return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
			.header(HttpHeaders.RETRY_AFTER, "1")
			.body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
					"The system of record is not available; "
							+ (begun ? "a change may have been stored or not" : "nothing was stored")));
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> unexpected(Exception ex) {
		log.error("Unexpected failure", ex);
		return ResponseEntity.internalServerError()
			.body(ProblemDetail.forStatusAndDetail(HttpStatus.INTERNAL_SERVER_ERROR,
					"An unexpected failure; see the log"));
	}

}
