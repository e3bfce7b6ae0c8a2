package dev.bootpatterns.shard.admission;

import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * A search that was refused or stopped: 503, 504 or 499 with the reason, and with what
 * the router learns from every answer.
 */
class NoAnswerException extends ErrorResponseException {

	NoAnswerException(Reason reason, String detail, HttpHeaders headers) {
		super(reason.status(), ProblemDetail.forStatusAndDetail(reason.status(), detail), null);
		getHeaders().putAll(headers);
		if (reason == Reason.QUEUE_FULL) {
			getHeaders().set(HttpHeaders.RETRY_AFTER, "1");
		}
	}

}
