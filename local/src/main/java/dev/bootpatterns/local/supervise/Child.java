package dev.bootpatterns.local.supervise;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;

import dev.bootpatterns.local.plan.PlannedProcess;
import dev.bootpatterns.local.state.ProcessId;
import dev.bootpatterns.local.state.ProcessState;
import dev.bootpatterns.local.state.ProcessState.State;
import org.jspecify.annotations.Nullable;

/**
 * A supervised process and its state. Used by the supervisor's thread alone.
 */
final class Child {

	/** As it is started next: a change of the suite's size may change its environment. */
	PlannedProcess plan;

	final Backoff backoff = new Backoff();

	State state = State.WAITING;

	int restarts;

	@Nullable Process process;

	@Nullable ProcessId id;

	/** Completed when the process has ended and that was noted. */
	@Nullable Future<?> end;

	@Nullable String detail;

	/** When to ask it next, or to start it again. */
	Instant due = Instant.MIN;

	@Nullable Instant readySince;

	/** A probe is under way. */
	boolean asked;

	Child(PlannedProcess plan) {
		this.plan = plan;
	}

	Process start(List<String> command) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
			.redirectOutput(ProcessBuilder.Redirect.appendTo(this.plan.log().toFile()));
		Map<String, String> environment = builder.environment();
		environment.putAll(this.plan.environment());
		Process started = builder.start();
		this.process = started;
		this.id = ProcessId.of(started.toHandle());
		this.state = State.STARTING;
		this.detail = null;
		this.readySince = null;
		this.asked = false;
		return started;
	}

	Duration readyFor(Instant now) {
		return (this.readySince != null) ? Duration.between(this.readySince, now) : Duration.ZERO;
	}

	@SuppressWarnings("ReferenceEquality") // the very process object: a restarted child
											// has another
	boolean is(@Nullable Process other) {
		return this.process == other;
	}

	boolean alive() {
		return this.process != null && this.process.isAlive();
	}

	ProcessState snapshot() {
		return new ProcessState(this.plan.name(), alive() ? this.id : null, this.plan.port(), this.state,
				this.plan.url(), this.restarts, this.detail, this.plan.log().toString());
	}

}
