package dev.bootpatterns.gateway.fanout;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.bootpatterns.sharding.fanout.FanoutAdvice;
import dev.bootpatterns.sharding.fanout.Prediction;
import dev.bootpatterns.sharding.fanout.RootLatency;
import org.jspecify.annotations.Nullable;

/**
 * The answer to {@code GET /topology/fanout}. Times are in milliseconds, to a thousandth.
 *
 * @param measured what it is from
 * @param asked what was asked for
 * @param table 1, 2, 4, … 128 leaves
 * @param advice what follows
 */
record FanoutAnswer(Measured measured, Row asked, List<Row> table, Advice advice) {

	static FanoutAnswer of(LeafMeasurements measured, FanoutAdvice advice) {
		return new FanoutAnswer(Measured.of(measured), Row.of(advice.asked(), null),
				advice.rows().stream().map((row) -> Row.of(row.prediction(), row.doubling())).toList(),
				new Advice(advice.best(), advice.text()));
	}

	private static double millis(double nanos) {
		return Math.round(nanos / 1e3) / 1e3;
	}

	/**
	 * The leaves as they are.
	 *
	 * @param leaves how many there are
	 * @param replicas how many each has
	 * @param samples how many calls were measured
	 * @param p50Ms of one call
	 * @param p99Ms likewise
	 * @param scalable the part of a call that becomes less when there are more leaves
	 * @param workPerLeafMs the root's own, for each leaf
	 * @param hedgeAfterMs when a second replica is asked
	 * @param hedgeBudget for how many calls at most: 0.05 is one in twenty, 0 none
	 */
	record Measured(int leaves, int replicas, long samples, double p50Ms, double p99Ms, double scalable,
			double workPerLeafMs, double hedgeAfterMs, double hedgeBudget) {

		static Measured of(LeafMeasurements measured) {
			return new Measured(measured.leaves(), measured.replicas(), measured.samples(),
					millis(measured.latency().nanos(0.5)), millis(measured.latency().nanos(0.99)), measured.scalable(),
					millis(measured.workPerLeaf()), millis(measured.latency().nanos(measured.hedging().quantile())),
					measured.hedging().budget());
		}

	}

	/**
	 * One number of leaves.
	 *
	 * @param leaves how many
	 * @param replicas of each
	 * @param plain how long a search would take without hedging
	 * @param hedged and with it
	 * @param extraRequests hedges for each call of a leaf
	 * @param doubling against half the leaves: a row of the table, but for the first
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	record Row(int leaves, int replicas, Latency plain, Latency hedged, double extraRequests,
			@Nullable Doubling doubling) {

		static Row of(Prediction prediction, FanoutAdvice.@Nullable Doubling doubling) {
			return new Row(prediction.leaves(), prediction.replicas(), Latency.of(prediction.plain()),
					Latency.of(prediction.hedged()), Math.round(prediction.extraRequests() * 1e5) / 1e5,
					(doubling != null) ? Doubling.of(doubling) : null);
		}

	}

	/**
	 * How long a search would take.
	 *
	 * @param p50Ms the median
	 * @param p99Ms what one in a hundred exceeds
	 * @param p999Ms what one in a thousand exceeds
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	record Latency(double p50Ms, double p99Ms, @Nullable Double p999Ms) {

		static Latency of(RootLatency latency) {
			Double p999 = latency.p999();
			return new Latency(millis(latency.p50()), millis(latency.p99()),
					(p999 != null) ? (Double) millis(p999) : null);
		}

	}

	/**
	 * What twice the leaves do to the hedged p99: {@code stragglers + work - saved}.
	 *
	 * @param savedMs because each has less to search
	 * @param stragglersMs because the slowest of more is slower
	 * @param workMs because the root has more to do
	 */
	record Doubling(double savedMs, double stragglersMs, double workMs) {

		static Doubling of(FanoutAdvice.Doubling doubling) {
			return new Doubling(millis(doubling.saved()), millis(doubling.stragglers()), millis(doubling.work()));
		}

	}

	/**
	 * What follows.
	 *
	 * @param leaves with how many to stop
	 * @param text why
	 */
	record Advice(int leaves, String text) {
	}

}
