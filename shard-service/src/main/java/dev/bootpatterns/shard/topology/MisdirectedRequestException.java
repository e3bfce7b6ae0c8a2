package dev.bootpatterns.shard.topology;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * A request for what this replica does not serve: 421 with the replica's epoch, so that a
 * router whose epoch is lower knows that it is behind.
 */
class MisdirectedRequestException extends ErrorResponseException {

	MisdirectedRequestException(String detail, long epoch) {
		super(HttpStatus.MISDIRECTED_REQUEST, problem(detail, epoch), null);
	}

	private static ProblemDetail problem(String detail, long epoch) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.MISDIRECTED_REQUEST, detail);
		problem.setProperty("epoch", epoch);
		return problem;
	}

}
