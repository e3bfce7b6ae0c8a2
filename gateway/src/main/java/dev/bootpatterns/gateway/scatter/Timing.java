package dev.bootpatterns.gateway.scatter;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Where the time of a request went: the answer to {@code explain=timing}. All times are
 * in milliseconds.
 *
 * @param slowestShard the leaf that decided how long all took; null if there is none
 * @param leaves those that answered or failed, by shard
 */
record Timing(@Nullable Integer slowestShard, List<Leaf> leaves) {

	static Timing of(ScatterRequest request, List<LeafResult> results) {
		return new Timing(results.isEmpty() ? null : results.getLast().shard(),
				results.stream()
					.sorted(Comparator.comparingInt(LeafResult::shard))
					.map((result) -> Leaf.of(request, result))
					.toList());
	}

	private static double millis(long nanos) {
		return Math.round(nanos / 1e3) / 1e3;
	}

	/**
	 * A leaf.
	 *
	 * @param shard its shard
	 * @param tookMs from the request's beginning until its outcome was known
	 * @param hedged whether a second replica was asked while the first was late
	 * @param attempts the calls to its replicas
	 */
	record Leaf(int shard, double tookMs, boolean hedged, List<Call> attempts) {

		static Leaf of(ScatterRequest request, LeafResult result) {
			return new Leaf(result.shard(), millis(result.end() - request.start()), result.wasHedged(),
					result.attempts().stream().map((attempt) -> Call.of(request, attempt)).toList());
		}

	}

	/**
	 * A call to a replica.
	 *
	 * @param replica its name
	 * @param reason why it was made: {@code first}, {@code hedge}, {@code tied},
	 * {@code retry}
	 * @param outcome {@code answered}, {@code cancelled}, or why it failed
	 * @param startMs how long after the request's beginning
	 * @param tookMs how long it took
	 * @param queueMs of that, how long it waited at the leaf; null if the leaf did not
	 * say
	 * @param serviceMs how long the leaf worked
	 * @param networkMs the rest: on the way, and in this process
	 */
	record Call(String replica, String reason, String outcome, double startMs, double tookMs, @Nullable Double queueMs,
			@Nullable Double serviceMs, @Nullable Double networkMs) {

		static Call of(ScatterRequest request, LeafResult.Attempt attempt) {
			double took = millis(attempt.end() - attempt.start());
			LeafTimes times = attempt.times();
			return new Call(attempt.replica(), attempt.reason().name().toLowerCase(Locale.ROOT), attempt.outcome(),
					millis(attempt.start() - request.start()), took, (times != null) ? times.queueMs() : null,
					(times != null) ? times.serviceMs() : null, (times != null)
							? Math.max(0, Math.round((took - times.queueMs() - times.serviceMs()) * 1e3) / 1e3) : null);
		}

	}

}
