package dev.bootpatterns.worker.ingest;

/**
 * Carries a reply past the circuit breaker, which counts exceptions.
 */
class TargetFaultException extends Exception {

	private final transient Reply reply;

	TargetFaultException(Reply reply) {
		super(reply.summary(), null, false, false);
		this.reply = reply;
	}

	Reply reply() {
		return this.reply;
	}

}
