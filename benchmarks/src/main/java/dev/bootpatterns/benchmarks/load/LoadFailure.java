package dev.bootpatterns.benchmarks.load;

/** The system cannot be measured; the message says why and what to do. */
final class LoadFailure extends RuntimeException {

	LoadFailure(String message) {
		super(message, null, false, false);
	}

}
