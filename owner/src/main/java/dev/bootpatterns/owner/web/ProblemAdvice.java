package dev.bootpatterns.owner.web;

import jakarta.servlet.http.HttpServletRequest;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.JacksonException;

import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.dao.UncategorizedDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Every exception becomes a problem that says what the caller can do, and nothing of the
 * inside: the message of an unexpected exception stays in the log.
 */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {

	private static final Log log = LogFactory.getLog(ProblemAdvice.class);

	@Override
	protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		if (BodyLimitFilter.isTooLarge(ex)) {
			return handleExceptionInternal(ex, BodyLimitFilter.problem(), headers, HttpStatus.CONTENT_TOO_LARGE,
					request);
		}
		return handleExceptionInternal(ex, ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, unreadable(ex)),
				headers, HttpStatus.BAD_REQUEST, request);
	}

	private static String unreadable(HttpMessageNotReadableException ex) {
		TokenStreamLocation location = (ex.getCause() instanceof JacksonException json) ? json.getLocation() : null;
		return (location != null)
				? "The body is not JSON: line %d, column %d.".formatted(location.getLineNr(), location.getColumnNr())
				: "The body is missing or is not JSON.";
	}

	/**
	 * Whatever may be better in a moment. Other errors of the database are
	 * {@linkplain #unexpected}: the same request would fail again.
	 */
	@ExceptionHandler({ TransientDataAccessException.class, RecoverableDataAccessException.class,
			NonTransientDataAccessResourceException.class, UncategorizedDataAccessException.class,
			TransactionException.class })
	ResponseEntity<ProblemDetail> databaseFailed(Exception ex, HttpServletRequest request) {
		log.warn("%s %s failed for the database".formatted(request.getMethod(), request.getRequestURI()), ex);
		// A connection may end between the commit and its answer.
		String changed = request.getMethod().equals("GET") ? ""
				: " Whether anything was changed is not known: look before you repeat the request.";
		return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
			.header(HttpHeaders.RETRY_AFTER, "2")
			.body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
					"The database does not answer." + changed));
	}

	@ExceptionHandler(RuntimeException.class)
	ResponseEntity<ProblemDetail> unexpected(RuntimeException ex, HttpServletRequest request) {
		log.error("%s %s failed".formatted(request.getMethod(), request.getRequestURI()), ex);
		return ResponseEntity.internalServerError()
			.body(ProblemDetail.forStatusAndDetail(HttpStatus.INTERNAL_SERVER_ERROR,
					"The request failed for a reason that is in the log."));
	}

}
