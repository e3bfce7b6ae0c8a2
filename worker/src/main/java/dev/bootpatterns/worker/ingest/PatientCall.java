package dev.bootpatterns.worker.ingest;

import java.time.Duration;
import java.util.concurrent.Callable;

import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.Pause;
import io.github.resilience4j.core.IntervalFunction;
import io.micrometer.core.instrument.Clock;

/**
 * Calls a target until it answers for good or patience is at its end.
 * <p>
 * Why here and not in the queue: a target that restarts is away for seconds, and an item
 * sent back to the owner for that costs an attempt, two messages and a transaction. So an
 * item waits in the worker, which also slows the whole queue down to what the target can
 * take. Waits grow exponentially and are partly random, so that workers do not return in
 * step; {@code Retry-After} overrules them. While the circuit breaker is open nothing is
 * sent and nothing counts as a try.
 * <p>
 * The bound: no try starts later than the deadline less the time limit of one try, hence
 * all is over within the deadline. A wait that would end after that is not begun.
 */
final class PatientCall {

	private final String target;

	private final Guard guard;

	private final IngestProperties.Ingest patience;

	private final Duration lastStart;

	private final IntervalFunction backoff;

	private final Pause pause;

	private final Clock clock;

	PatientCall(String target, Guard guard, Duration timeLimit, IngestProperties.Ingest patience, Pause pause,
			Clock clock) {
		if (patience.deadline().compareTo(timeLimit) <= 0) {
			throw new IllegalArgumentException(
					"worker.ingest.deadline (%s) must be longer than the time limit of one try (%s)"
						.formatted(patience.deadline(), timeLimit));
		}
		this.target = target;
		this.guard = guard;
		this.patience = patience;
		this.lastStart = patience.deadline().minus(timeLimit);
		this.backoff = IntervalFunction.ofExponentialRandomBackoff(patience.backoff(), 2, patience.jitter(),
				patience.maxBackoff());
		this.pause = pause;
		this.clock = clock;
	}

	Outcome outcomeOf(Callable<Reply> call) throws InterruptedException {
		long start = this.clock.monotonicTime();
		String last = "not called";
		int tries = 0;
		while (true) {
			Duration wait;
			switch (this.guard.attempt(call)) {
				case Attempt.Answered(Reply reply) when !reply.passing() -> {
					return outcomeOf(reply);
				}
				case Attempt.Answered(Reply reply) -> {
					last = reply.summary();
					wait = reply.retryAfter().orElse(backoff(++tries));
				}
				case Attempt.Unanswered(String reason) -> {
					last = reason;
					wait = backoff(++tries);
				}
				case Attempt.NotPermitted(String reason) -> {
					last = (tries > 0) ? last : reason;
					wait = this.patience.breakerPause();
				}
			}
			if (elapsed(start).plus(wait).compareTo(this.lastStart) > 0) {
				return Outcome.failed("%s: gave up after %d tries in %d ms; the last: %s".formatted(this.target, tries,
						elapsed(start).toMillis(), last));
			}
			this.pause.await(wait);
		}
	}

	private Outcome outcomeOf(Reply reply) {
		if (reply.success()) {
			return Outcome.done();
		}
		String reason = "%s answered %s".formatted(this.target, reply.summary());
		if (reply.stale()) {
			return Outcome.stale(reason);
		}
		return reply.refusal() ? Outcome.rejected(reason) : Outcome.failed(reason);
	}

	private Duration backoff(int tries) {
		return Duration.ofMillis(this.backoff.apply(tries));
	}

	private Duration elapsed(long start) {
		return Duration.ofNanos(this.clock.monotonicTime() - start);
	}

}
