package dev.bootpatterns.benchmarks.load;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.bootpatterns.benchmarks.load.Finding.Verdict;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Counts what the requests came to, and keeps the first of each thing that is wrong. */
final class Tally {

	/** Of each finding. */
	static final int KEPT = 10;

	private final InstantSource clock;

	private final Consumer<Incident> kept;

	private final Map<Kind, Counts> kinds = new EnumMap<>(Kind.class);

	private final Map<Finding, Long> findings = new EnumMap<>(Finding.class);

	private final List<Incident> incidents = new ArrayList<>();

	/**
	 * Starts at zero.
	 * @param clock tells the time of what is kept
	 * @param kept is told of it at once
	 */
	Tally(InstantSource clock, Consumer<Incident> kept) {
		this.clock = clock;
		this.kept = kept;
	}

	/**
	 * Counts a request.
	 * @param kind its kind
	 * @param nanos from when it was due until it was answered
	 * @param verdict what is to be said of the answer
	 * @param request its method and path
	 * @param answer the answer, if any
	 */
	synchronized void count(Kind kind, long nanos, Verdict verdict, String request,
			LoadClient.@Nullable Answer answer) {
		Finding finding = verdict.finding();
		Counts counts = this.kinds.computeIfAbsent(kind, (key) -> new Counts());
		counts.latencies.recordValue(nanos);
		counts.failures += finding.isFailure() ? 1 : 0;
		counts.unknown += (finding == Finding.UNKNOWN) ? 1 : 0;
		if (finding != Finding.NONE && this.findings.merge(finding, 1L, Long::sum) <= KEPT) {
			Incident incident = Incident.of(this.clock.instant(), verdict, request, answer);
			this.incidents.add(incident);
			this.kept.accept(incident);
		}
	}

	/** How often each was found; those that were not are left out. */
	synchronized Map<Finding, Long> findings() {
		return new EnumMap<>(this.findings);
	}

	synchronized List<Incident> incidents() {
		return List.copyOf(this.incidents);
	}

	/** By the kind's label. */
	synchronized Map<String, Row> rows() {
		Map<String, Row> rows = new LinkedHashMap<>();
		this.kinds.forEach((kind, counts) -> rows.put(kind.label(), counts.row()));
		return rows;
	}

	/** Of one kind. */
	private static final class Counts {

		private final Histogram latencies = new Histogram(3);

		private long failures;

		private long unknown;

		Row row() {
			return new Row(this.latencies.getTotalCount(), this.failures, this.unknown, millis(50), millis(99),
					millis(100));
		}

		private double millis(double percentile) {
			return Math.round(this.latencies.getValueAtPercentile(percentile) / 1e4) / 100.0;
		}

	}

	/**
	 * One kind of request.
	 *
	 * @param requests how many
	 * @param failures how many of them failed, or showed that something is wrong
	 * @param unknown how many have an outcome that is not known
	 * @param p50Ms from due to answered, in milliseconds
	 * @param p99Ms likewise
	 * @param maxMs likewise
	 */
	record Row(long requests, long failures, long unknown, double p50Ms, double p99Ms, double maxMs) {
	}

	/**
	 * Something that was found.
	 *
	 * @param time when
	 * @param finding what
	 * @param detail in words
	 * @param request method and path
	 * @param status the answer's, if there was one
	 * @param shard who answered, if known
	 * @param replica likewise
	 * @param epoch likewise
	 * @param answer the answer's text, or its beginning, unless it is what was asked for
	 */
	record Incident(Instant time, Finding finding, String detail, String request, @Nullable Integer status,
			@Nullable String shard, @Nullable String replica, @Nullable String epoch, String answer) {

		private static final int MAX_ANSWER = 500;

		static Incident of(Instant time, Verdict verdict, String request, LoadClient.@Nullable Answer answer) {
			if (answer == null) {
				return new Incident(time, verdict.finding(), verdict.detail(), request, null, null, null, null, "");
			}
			String text = (answer.status() >= 300) ? answer.body() : "";
			return new Incident(time, verdict.finding(), verdict.detail(), request, answer.status(),
					answer.header("X-Shard"), answer.header("X-Replica"), answer.header("X-Shard-Epoch"),
					text.substring(0, Math.min(text.length(), MAX_ANSWER)));
		}

		@Override
		public String toString() {
			String from = (this.shard != null)
					? ", shard %s replica %s epoch %s".formatted(this.shard, this.replica, this.epoch) : "";
			return "%s %s: %s: %s (%s%s) %s"
				.formatted(this.time, this.finding, this.request, this.detail,
						(this.status != null) ? "status " + this.status : "no answer", from, this.answer)
				.strip();
		}

	}

}
