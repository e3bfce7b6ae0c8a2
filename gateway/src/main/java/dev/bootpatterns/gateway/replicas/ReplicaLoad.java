package dev.bootpatterns.gateway.replicas;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What one more call to a replica would cost: (calls in flight + 1) × peak-EWMA of its
 * latency; and if the replica says how long it works and how many wait there, its rank by
 * C3, which is R − S + q³ × S: R is that latency, S the replica's own time for a call, q
 * its queue with this call (1 + calls in flight + the length that it said last).
 * <p>
 * <b>C3.</b> R − S is what the way costs, q × S what the queue will cost. The cube is the
 * point: many routers that see the same short queue would all go there (herding); by q³ a
 * queue of twice the length must be eight times as fast to be worth it, so that the
 * routers spread before the queue is long. The peer's queue is seen through its answers,
 * so also what other routers send there.
 * <p>
 * <b>The average</b> is exponentially weighted by time, not by calls: a sample that is
 * one decay time old weighs 1/e, so a busy and an idle replica forget equally fast. It is
 * a <i>peak</i> average: a sample above it is taken at once, one below it only by the
 * weight of the time that went by. So a replica that becomes slow is left alone after one
 * slow answer, and comes back gradually.
 * <p>
 * <b>What was not measured.</b> A replica that was never measured costs nothing while it
 * is idle, and more than any other while it is not: it gets one call at a time until it
 * has answered one, so it is neither starved nor flooded. One that is not chosen any more
 * is forgotten at the pace of the decay until it is chosen again: a slow one gets a call
 * now and then, which shows whether it still is. One that does not answer at all (a
 * process that was stopped) is at least as slow as it has been silent with a call in
 * flight: it loses from the first late answer on, long before a call times out. What
 * failed or was given up can only raise the average: to fail fast is not to be fast.
 * <p>
 * <b>Cost.</b> Two atomic numbers and an exponential function; no lock, one small object
 * for a call and one for its sample.
 * <p>
 * <b>Trade-off.</b> One outlier counts as much as a replica that got slow: it loses
 * traffic for the decay time × ln(outlier / usual latency), unless the others get so busy
 * that it wins. A router sees its own calls only.
 * <p>
 * References: the peak-EWMA load metric of Twitter's Finagle
 * ({@code com.twitter.finagle.loadbalancer.PeakEwma}); L. Suresh et al., <i>C3: Cutting
 * Tail Latency in Cloud Data Stores via Adaptive Replica Selection</i>, NSDI 2015.
 */
final class ReplicaLoad {

	/** A latency of 1 µs: below it, calls in flight decide. */
	private static final double LEAST_NANOS = 1_000;

	/** Above whatever was measured: 12 days. */
	private static final double UNKNOWN_NANOS = 1e15;

	/** What the newest report weighs against all before it, as in the paper. */
	private static final double NEWEST = 0.1;

	private final double decayNanos;

	private final LongSupplier ticker;

	private final AtomicInteger inFlight = new AtomicInteger();

	/** When it last answered, or got a call while it had none. */
	private volatile long silentSince;

	private final AtomicReference<@Nullable Latency> latency = new AtomicReference<>();

	private final AtomicReference<@Nullable Report> report = new AtomicReference<>();

	/**
	 * Starts with nothing known.
	 * @param decay after this time a sample weighs 1/e
	 * @param ticker nanoseconds, from any beginning
	 */
	ReplicaLoad(Duration decay, LongSupplier ticker) {
		this.decayNanos = decay.toNanos();
		this.ticker = ticker;
	}

	double cost() {
		int calls = this.inFlight.get();
		Latency known = this.latency.get();
		if (known == null) {
			return calls * UNKNOWN_NANOS;
		}
		long now = this.ticker.getAsLong();
		double silent = (calls > 0) ? (double) (now - this.silentSince) : 0;
		double response = Math.max(LEAST_NANOS, Math.max(silent, known.at(now, this.decayNanos)));
		Report said = this.report.get();
		if (said == null) {
			return (calls + 1) * response;
		}
		// Both are forgotten at the pace of the response time, which S is a part of.
		double weight = said.weight(now, this.decayNanos);
		double service = Math.min(response, said.serviceNanos * weight);
		double queue = 1 + calls + said.queueLength * weight;
		return response - service + queue * queue * queue * service;
	}

	/**
	 * The replica said how busy it is.
	 * @param serviceSeconds its own time for a call
	 * @param queueLength how many calls wait or run there
	 */
	void report(double serviceSeconds, int queueLength) {
		long now = this.ticker.getAsLong();
		this.report.updateAndGet((known) -> {
			if (known == null) {
				return new Report(serviceSeconds * 1e9, queueLength, now);
			}
			double old = (1 - NEWEST) * known.weight(now, this.decayNanos);
			return new Report((old * known.serviceNanos + NEWEST * serviceSeconds * 1e9) / (old + NEWEST),
					(old * known.queueLength + NEWEST * queueLength) / (old + NEWEST), now);
		});
	}

	boolean isIdle() {
		return this.inFlight.get() == 0;
	}

	/** The average now, in seconds; not a number while nothing is known. */
	double latencySeconds() {
		Latency known = this.latency.get();
		return (known != null) ? known.at(this.ticker.getAsLong(), this.decayNanos) / 1e9 : Double.NaN;
	}

	/** Forgets how fast it was: another process answers there now. */
	void forget() {
		this.latency.set(null);
		this.report.set(null);
	}

	/**
	 * Measures a call.
	 * @param <T> what it answers
	 * @param call the call
	 * @return the call, measured from each subscription on
	 */
	<T> Mono<T> measured(Mono<T> call) {
		return Mono.defer(() -> {
			Attempt attempt = new Attempt();
			// Before the answer goes on, not after, as doFinally would be.
			return call.doOnSuccess((answer) -> attempt.end(true))
				.doOnError((failure) -> attempt.end(false))
				.doOnCancel(() -> attempt.end(false));
		});
	}

	private void sample(double nanos, long now, boolean answered) {
		this.latency.updateAndGet((known) -> {
			if (known == null) {
				return answered ? new Latency(nanos, now) : null;
			}
			double decayed = known.at(now, this.decayNanos);
			if (nanos >= decayed) {
				return new Latency(nanos, now);
			}
			if (!answered) {
				return known;
			}
			double weight = known.weight(now, this.decayNanos);
			return new Latency(known.nanos * weight + nanos * (1 - weight), now);
		});
	}

	/** An average as it was at a time. */
	private record Latency(double nanos, long since) {

		double weight(long now, double decayNanos) {
			return Math.exp(-Math.max(0, now - this.since) / decayNanos);
		}

		double at(long now, double decayNanos) {
			return this.nanos * weight(now, decayNanos);
		}

	}

	/** Averages of what a replica said, and when it said something last. */
	private record Report(double serviceNanos, double queueLength, long since) {

		double weight(long now, double decayNanos) {
			return Math.exp(-Math.max(0, now - this.since) / decayNanos);
		}

	}

	/** A call in flight; the flag is whether it has ended. */
	private final class Attempt extends AtomicBoolean {

		private final long start = ReplicaLoad.this.ticker.getAsLong();

		Attempt() {
			if (isIdle()) {
				ReplicaLoad.this.silentSince = this.start;
			}
			ReplicaLoad.this.inFlight.incrementAndGet();
		}

		void end(boolean answered) {
			if (compareAndSet(false, true)) {
				long now = ReplicaLoad.this.ticker.getAsLong();
				if (answered) {
					ReplicaLoad.this.silentSince = now;
				}
				ReplicaLoad.this.inFlight.decrementAndGet();
				sample((double) (now - this.start), now, answered);
			}
		}

	}

}
