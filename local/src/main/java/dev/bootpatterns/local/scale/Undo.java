package dev.bootpatterns.local.scale;

import java.util.Set;

import dev.bootpatterns.local.SuiteFailure;
import dev.bootpatterns.local.console.Console;
import dev.bootpatterns.local.plan.Options;
import org.jspecify.annotations.Nullable;

/**
 * Ends what was started when the command fails, or is interrupted by Ctrl-C, while that
 * serves nobody: until the owner was asked to change the topology. From then on the new
 * processes stay, and repeating the command finishes the work.
 */
final class Undo implements AutoCloseable {

	private final Fleet fleet;

	private final Console console;

	private final Thread hook = Thread.ofPlatform().name("interrupted").unstarted(this::interrupted);

	private boolean interrupted;

	private @Nullable Options back;

	private Set<String> started = Set.of();

	private String says = "nothing was changed";

	Undo(Fleet fleet, Console console) {
		this.fleet = fleet;
		this.console = console;
		Runtime.getRuntime().addShutdownHook(this.hook);
	}

	/**
	 * From now on there is something to undo.
	 * @param back the numbers to go back to
	 * @param started the processes that end with that
	 */
	synchronized void arm(Options back, Set<String> started) {
		this.back = back;
		this.started = started;
	}

	/**
	 * From now on there is nothing to undo.
	 * @param says what an interrupted user has to know
	 */
	synchronized void disarm(String says) {
		if (this.interrupted) {
			throw new SuiteFailure("interrupted");
		}
		this.back = null;
		this.says = says;
	}

	/**
	 * Ends what was started.
	 * @param failure why
	 * @return the failure, and what became of what was started
	 */
	SuiteFailure after(SuiteFailure failure) {
		Options target;
		synchronized (this) {
			target = this.back;
			this.back = null;
		}
		if (target == null || this.started.isEmpty()) {
			return failure;
		}
		try {
			this.fleet.resize(target);
			this.fleet.awaitEnd(this.started);
			return new SuiteFailure(
					failure.getMessage() + System.lineSeparator()
							+ "  the topology is as it was, and what was started for the change was ended again",
					failure.log(), failure);
		}
		catch (SuiteFailure second) {
			return new SuiteFailure(
					failure.getMessage() + System.lineSeparator()
							+ "  what was started for the change could not be ended again: " + second.getMessage(),
					failure.log(), failure);
		}
	}

	/** Runs when the JVM is asked to end, beside the command's own thread. */
	void interrupted() {
		Options target;
		synchronized (this) {
			this.interrupted = true;
			target = this.back;
		}
		if (target == null || this.started.isEmpty()) {
			this.fleet.close();
			this.console.line("interrupted: " + this.says);
			return;
		}
		this.console.line("interrupted: the topology is as it was, and what was started is ended");
		this.fleet.closeWith(target);
		this.fleet.awaitEnd(this.started);
	}

	@Override
	public void close() {
		try {
			Runtime.getRuntime().removeShutdownHook(this.hook);
		}
		catch (IllegalStateException ex) {
			// The JVM is ending: the hook runs.
			this.fleet.close();
		}
	}

}
