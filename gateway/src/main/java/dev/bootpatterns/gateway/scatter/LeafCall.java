package dev.bootpatterns.gateway.scatter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import dev.bootpatterns.gateway.replicas.Replica;
import dev.bootpatterns.gateway.replicas.ReplicaFailure;
import dev.bootpatterns.gateway.scatter.LeafResult.Reason;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * One shard's part of a request: asks a replica, another while that one is late, and
 * another when one has failed; the first that answers is believed, and the others are
 * cancelled.
 * <p>
 * <b>Hedged requests.</b> A leaf is late when it has taken longer than, say, 95 % of its
 * recent calls: whatever holds it up (a pause for garbage, a full queue, a slow disk)
 * most likely does not hold up another replica. So the wait is cut from the replica's
 * worst to the p95 plus one usual call, for about 5 % more calls. That share is a budget
 * over time, and a {@linkplain HedgeLimit limit at any moment}: when all replicas are
 * slow, more requests would make them slower.
 * <p>
 * <b>Tied requests.</b> Both replicas get the request at once, each with the name of the
 * other copy; the one that takes it from its queue first cancels the other. That cuts
 * what is waited in queues without waiting first, for the price of a message for each
 * request.
 * <p>
 * <b>Guarantee.</b> Each replica is asked at most once. Whatever was asked and is not
 * needed any more is cancelled: its connection is closed, and the leaf is told to stop.
 * <p>
 * Reference: J. Dean, L. A. Barroso, <i>The Tail at Scale</i>, CACM 56(2), 2013.
 */
final class LeafCall {

	/**
	 * Reactor's, for a subscriber of its own; a call that was cancelled may still fail.
	 */
	private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";

	private final Leaves leaves;

	private final LeafRequest request;

	private final MonoSink<LeafResult> sink;

	private final List<Replica> candidates;

	private final Disposable.Swap timer = Disposables.swap();

	/** Guarded by this, as are their ends. */
	private final List<Attempt> attempts = new ArrayList<>(2);

	private boolean ended;

	private LeafCall(Leaves leaves, LeafRequest request, List<Replica> candidates, MonoSink<LeafResult> sink) {
		this.leaves = leaves;
		this.request = request;
		this.candidates = candidates;
		this.sink = sink;
	}

	/**
	 * Asks a shard.
	 * @param leaves makes the calls
	 * @param request what to ask
	 * @param candidates the shard's replicas, in the order in which to ask them
	 * @return what came of it, by the request's end; never an error
	 */
	static Mono<LeafResult> of(Leaves leaves, LeafRequest request, List<Replica> candidates) {
		return Mono.create((sink) -> new LeafCall(leaves, request, candidates, sink).begin());
	}

	private void begin() {
		this.leaves.began();
		this.sink.onDispose(() -> end(null));
		if (this.candidates.isEmpty()) {
			end(new LeafOutcome.Absent("no replica"));
			return;
		}
		ask(Reason.FIRST);
		switch (this.leaves.mode()) {
			case HEDGE -> hedgeAfter(this.leaves.lateAfter(this.request));
			case TIED -> after(this.leaves.tiedDelay(), () -> ask(Reason.TIED));
			case OFF -> {
			}
		}
	}

	/**
	 * What the budget does not allow now it may allow later, to the calls that are still
	 * late then: those that need it most. Each waits twice as long before it asks again.
	 */
	private void hedgeAfter(Duration delay) {
		after(delay, () -> {
			if (canAskAnother()) {
				if (!this.leaves.mayHedge()) {
					hedgeAfter(delay.multipliedBy(2));
				}
				else if (!ask(Reason.HEDGE)) {
					this.leaves.hedgeNotMade();
				}
			}
		});
	}

	private void after(Duration delay, Runnable action) {
		this.timer.replace(Schedulers.parallel().schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS));
	}

	private synchronized boolean canAskAnother() {
		return !this.ended && this.attempts.size() < this.candidates.size();
	}

	private boolean ask(Reason reason) {
		Attempt attempt;
		synchronized (this) {
			if (!canAskAnother()) {
				return false;
			}
			attempt = new Attempt(this.attempts.size(), reason);
			this.attempts.add(attempt);
		}
		attempt.subscription.update(this.leaves.call(attempt.replica, this.request, attempt.id(), attempt.tiedTo())
			.contextWrite((context) -> context.put(ON_ERROR_DROPPED, (Consumer<Throwable>) LeafCall::ignore)
				.putAll(this.sink.contextView()))
			.subscribe((reply) -> answered(attempt, reply), (failure) -> failed(attempt, failure)));
		return true;
	}

	private static void ignore(Throwable failure) {
	}

	private void answered(Attempt attempt, LeafReply reply) {
		switch (reply.outcome()) {
			case LeafOutcome.Answered answered -> {
				if (attempt.end("answered", reply.times())) {
					end(answered);
				}
			}
			case LeafOutcome.Refused refused -> {
				if (attempt.end("refused", reply.times())) {
					end(refused);
				}
			}
			// The other replica may have heard of the topology.
			case LeafOutcome.Moved moved -> {
				if (attempt.end("moved", reply.times())) {
					next(() -> true, moved);
				}
			}
			case LeafOutcome.Absent absent -> {
				if (attempt.end(absent.reason(), reply.times())) {
					// Not beside one that is on its way: the copy of one that was
					// cancelled is.
					next(() -> noneIsOnItsWay() && this.leaves.mayRetry(ReplicaFailure.FAILED), absent);
				}
			}
		}
	}

	private void failed(Attempt attempt, Throwable failure) {
		String reason = Leaves.reason(failure);
		if (attempt.end(reason, null)) {
			ReplicaFailure kind = Leaves.kind(failure);
			next(() -> kind.allowsRetry(HttpMethod.GET, HttpHeaders.EMPTY) && this.leaves.mayRetry(kind),
					new LeafOutcome.Absent(reason));
		}
	}

	private void next(BooleanSupplier retry, LeafOutcome otherwise) {
		boolean asked = canAskAnother() && this.request.left().isPositive() && retry.getAsBoolean()
				&& ask(Reason.RETRY);
		if (!asked && noneIsOnItsWay()) {
			end(otherwise);
		}
	}

	private synchronized boolean noneIsOnItsWay() {
		return this.attempts.stream().noneMatch(Attempt::isOnItsWay);
	}

	/**
	 * Ends the call, once.
	 * @param outcome what came of it; null if nobody waits for it any more
	 */
	private void end(@Nullable LeafOutcome outcome) {
		List<Attempt> cancelled;
		LeafResult result;
		synchronized (this) {
			if (this.ended) {
				return;
			}
			this.ended = true;
			cancelled = this.attempts.stream().filter((attempt) -> attempt.end("cancelled", null)).toList();
			result = new LeafResult(this.request.shard(),
					(outcome != null) ? outcome : new LeafOutcome.Absent("cancelled"),
					this.attempts.stream().map(Attempt::report).toList(), System.nanoTime());
		}
		// First: whatever happens below, the call has ended.
		this.leaves.ended(result);
		this.timer.dispose();
		for (Attempt attempt : cancelled) {
			attempt.subscription.dispose();
			this.leaves.cancel(attempt.replica, this.request, attempt.id(), System.nanoTime() - attempt.start);
		}
		this.sink.success(result);
	}

	/** A call to a replica. */
	private final class Attempt {

		private final int number;

		private final Replica replica;

		private final Reason reason;

		private final long start = System.nanoTime();

		private final Disposable.Swap subscription = Disposables.swap();

		private LeafResult.@Nullable Attempt report;

		Attempt(int number, Reason reason) {
			this.number = number;
			this.replica = LeafCall.this.candidates.get(number);
			this.reason = reason;
		}

		/** A retry has one that no copy may have cancelled. */
		String id() {
			return (this.reason == Reason.RETRY) ? id(LeafCall.this.request, this.number) + "-retry"
					: id(LeafCall.this.request, this.number);
		}

		private static String id(LeafRequest request, int number) {
			return "%s-%d-%d".formatted(request.round(), request.shard(), number);
		}

		/** The other copy, if there is one or will be. */
		@Nullable String tiedTo() {
			boolean tied = LeafCall.this.leaves.mode() == HedgingProperties.Mode.TIED && this.number < 2
					&& LeafCall.this.candidates.size() > 1 && this.reason != Reason.RETRY;
			int other = 1 - this.number;
			return tied ? LeafCall.this.candidates.get(other).name() + "/" + id(LeafCall.this.request, other) : null;
		}

		boolean isOnItsWay() {
			return this.report == null;
		}

		boolean end(String outcome, @Nullable LeafTimes times) {
			synchronized (LeafCall.this) {
				if (this.report != null) {
					return false;
				}
				this.report = new LeafResult.Attempt(this.replica.name(), this.reason, this.start, System.nanoTime(),
						times, outcome);
				return true;
			}
		}

		LeafResult.Attempt report() {
			return Objects.requireNonNull(this.report);
		}

	}

}
