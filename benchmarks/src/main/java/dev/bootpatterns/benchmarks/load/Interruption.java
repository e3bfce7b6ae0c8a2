package dev.bootpatterns.benchmarks.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Makes Ctrl-C and SIGTERM end the load, and not the report: the JVM goes on until there
 * is an exit code, and ends with it.
 */
final class Interruption implements AutoCloseable {

	/** The documents are read and deleted meanwhile. */
	private static final int MAX_MINUTES = 5;

	private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

	private final Thread hook;

	/**
	 * From now on.
	 * @param stop ends the load
	 */
	Interruption(Runnable stop) {
		this.hook = Thread.ofPlatform().unstarted(() -> {
			stop.run();
			Runtime.getRuntime()
				.halt(this.exitCode.completeOnTimeout(1, MAX_MINUTES, TimeUnit.MINUTES)
					.exceptionally((ex) -> 1)
					.join());
		});
		Runtime.getRuntime().addShutdownHook(this.hook);
	}

	int exitCode(int code) {
		this.exitCode.complete(code);
		return code;
	}

	@Override
	public void close() {
		this.exitCode.complete(1);
		try {
			Runtime.getRuntime().removeShutdownHook(this.hook);
		}
		catch (IllegalStateException ex) {
			// The JVM is ending already: by the hook.
		}
	}

}
