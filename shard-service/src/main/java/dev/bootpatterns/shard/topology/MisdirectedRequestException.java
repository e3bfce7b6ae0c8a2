package dev.bootpatterns.shard.topology;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * A request for a slot that this replica does not serve: 421 with the replica's epoch, so
 * that a router whose epoch is lower knows that it is behind.
 */
class MisdirectedRequestException extends ErrorResponseException {

	MisdirectedRequestException(int slot, int shard, long epoch) {
		super(HttpStatus.MISDIRECTED_REQUEST, problem(slot, shard, epoch), null);
	}

	private static ProblemDetail problem(int slot, int shard, long epoch) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.MISDIRECTED_REQUEST,
				"Slot %d does not belong to shard %d at epoch %d".formatted(slot, shard, epoch));
		problem.setProperty("epoch", epoch);
		return problem;
	}

}
