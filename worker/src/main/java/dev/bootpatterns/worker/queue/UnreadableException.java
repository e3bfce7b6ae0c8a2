package dev.bootpatterns.worker.queue;

/**
 * A message is no item: a header that identifies it is absent or wrong, so nothing can be
 * reported to anybody and it is parked for a human.
 */
class UnreadableException extends Exception {

	private final String header;

	private final String reason;

	UnreadableException(String header, String problem) {
		this.header = header;
		this.reason = header + " " + problem;
	}

	/**
	 * What is wrong, for a human.
	 */
	@Override
	public String getMessage() {
		return this.reason;
	}

	/**
	 * The header at fault.
	 * @return one of the contract's header names
	 */
	String header() {
		return this.header;
	}

}
