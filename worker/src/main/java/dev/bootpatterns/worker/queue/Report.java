package dev.bootpatterns.worker.queue;

import java.time.Duration;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.bootpatterns.worker.Emission;
import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.WorkItem;
import org.jspecify.annotations.Nullable;

/**
 * What the owner is told about an item, as it travels.
 *
 * @param job the job
 * @param item the item's id
 * @param attempt the attempt that was handled
 * @param outcome what happened
 * @param reason why, unless it went well
 * @param worker the replica that says so
 * @param tookMs how long the handling took, in milliseconds
 * @param output what an item that is done has led to, in Base64; absent if nothing
 * @param emissions what goes on to the next stages of its pipeline; absent if that is the
 * output
 */
@SuppressWarnings("ArrayRecordComponent")
record Report(String job, String item, int attempt, Kind outcome, @Nullable String reason, String worker, long tookMs,
		@JsonInclude(JsonInclude.Include.NON_NULL) byte @Nullable [] output,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Emission> emissions) {

	private static final int MAX_REASON = 1000;

	static Report started(WorkItem item, String worker) {
		return new Report(item.job(), item.id(), item.attempt(), Kind.STARTED, null, worker, 0, null, null);
	}

	static Report interrupted(WorkItem item, String worker) {
		return new Report(item.job(), item.id(), item.attempt(), Kind.INTERRUPTED,
				"attempt %d was delivered again: whoever had it ended, or lost the broker, without a report"
					.formatted(item.attempt()),
				worker, 0, null, null);
	}

	static Report returned(WorkItem item, String worker) {
		return new Report(item.job(), item.id(), item.attempt(), Kind.RETURNED, "the worker stopped", worker, 0, null,
				null);
	}

	static Report of(WorkItem item, Outcome outcome, String worker, Duration took) {
		String reason = switch (outcome) {
			case Outcome.Done _ -> null;
			case Outcome.Failed failed -> failed.reason();
			case Outcome.Stale stale -> stale.reason();
			case Outcome.Rejected rejected -> rejected.reason();
		};
		if (reason != null && reason.length() > MAX_REASON) {
			reason = reason.substring(0, MAX_REASON) + "…";
		}
		Outcome.Done done = (outcome instanceof Outcome.Done effect) ? effect : null;
		return new Report(item.job(), item.id(), item.attempt(), Kind.of(outcome), reason, worker, took.toMillis(),
				(done != null) ? done.output() : null, (done != null) ? done.emissions() : null);
	}

	/**
	 * What happened to the item.
	 */
	enum Kind {

		/** A worker has begun. */
		STARTED,
		/** The effect is there. */
		DONE,
		/** Not this time. */
		FAILED,
		/** Its owner's term is over. */
		STALE,
		/** It was delivered again, and not handled. */
		INTERRUPTED,
		/** The worker stops, and has not finished it. */
		RETURNED,
		/** Never. */
		REJECTED;

		static Kind of(Outcome outcome) {
			return switch (outcome) {
				case Outcome.Done _ -> DONE;
				case Outcome.Failed _ -> FAILED;
				case Outcome.Stale _ -> STALE;
				case Outcome.Rejected _ -> REJECTED;
			};
		}

	}

}
