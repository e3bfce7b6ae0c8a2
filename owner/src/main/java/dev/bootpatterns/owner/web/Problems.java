package dev.bootpatterns.owner.web;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * Answers that say no, as {@code application/problem+json}.
 */
public final class Problems {

	private Problems() {
	}

	/**
	 * A problem to throw.
	 * @param status the status
	 * @param detail a sentence for the caller
	 * @return the exception
	 */
	public static ErrorResponseException of(HttpStatus status, String detail) {
		return new ErrorResponseException(status, ProblemDetail.forStatusAndDetail(status, detail), null);
	}

	/**
	 * 404 to throw.
	 * @param detail a sentence for the caller
	 * @return the exception
	 */
	public static ErrorResponseException notFound(String detail) {
		return of(HttpStatus.NOT_FOUND, detail);
	}

	/**
	 * 400 that names the field, to throw.
	 * @param field the field of the body or the parameter of the query
	 * @param message what is wrong with it
	 * @return the exception
	 */
	public static ErrorResponseException badField(String field, String message) {
		ErrorResponseException problem = of(HttpStatus.BAD_REQUEST, "'%s' %s".formatted(field, message));
		problem.getBody().setProperty("field", field);
		return problem;
	}

}
