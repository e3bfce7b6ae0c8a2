package dev.bootpatterns.owner.scaling;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * When a job will be over, and what it needs to be over in time.
 * <p>
 * <b>Little's law.</b> <i>L = λW</i>: the items that are at work on average are those
 * that end in a second, times the seconds that one takes. Held against the slots that
 * there are, that is how busy they are with this job. The other way round: a slot does
 * <i>⌊T / W⌋</i> items in the time <i>T</i> that is left, so <i>⌈backlog / ⌊T / W⌋⌉</i>
 * slots are needed.
 * <p>
 * <b>Bound.</b> An order is worked on item by item, so no number of slots makes a job
 * shorter than its longest order, and more slots than orders are of no use.
 * <p>
 * <b>Not.</b> It counts on items that take as long as those before, and on slots that
 * this job need not share.
 *
 * @param job the job
 * @param state where it is
 * @param backlog items that have not ended
 * @param arrivalRate items enqueued in a second, over the last minute
 * @param completionRate items that ended in a second, over the last minute
 * @param serviceTime how long an attempt takes; null while that is not known
 * @param workers who has reported in the last minute
 * @param slots how many items they handle at a time, together
 * @param busySlots how many of them this job keeps busy
 * @param utilization the same as a part of the slots
 * @param finishBy when it is wanted to be over
 * @param slotsNeeded how many slots that takes
 * @param workersNeeded how many workers that are like those there are
 * @param predictedFinish when it will be over as it goes now
 * @param predictedFinishWithNeeded when, with the slots needed
 * @param reasons why something of it is null, or worth less than it looks
 */
record Plan(String job, String state, long backlog, double arrivalRate, double completionRate,
		@Nullable ServiceTime serviceTime, List<Workers.Worker> workers, int slots, @Nullable Double busySlots,
		@Nullable Double utilization, @Nullable Instant finishBy, @Nullable Long slotsNeeded,
		@Nullable Long workersNeeded, @Nullable Instant predictedFinish, @Nullable Instant predictedFinishWithNeeded,
		List<String> reasons) {

	/** Computes it. */
	static Plan of(Measured job, @Nullable Instant finishBy) {
		List<String> reasons = new ArrayList<>();
		boolean known = job.samples() > 0;
		int slots = job.slots();
		Double busy = known ? (Double) (job.ended() * job.itemSeconds()) : null;
		Instant predicted = predict(job, slots, reasons);
		Long needed = need(job, finishBy, reasons);
		return new Plan(Long.toString(job.job()), job.state(), job.backlog(), round(job.enqueued()), round(job.ended()),
				known ? new ServiceTime(round(job.meanMs()), round(job.p95Ms()), round(job.attempts()), job.samples())
						: null,
				job.workers(), slots, (busy != null) ? (Double) round(busy) : null,
				(busy != null && slots > 0) ? (Double) round(busy / slots) : null, finishBy, needed,
				(needed != null && slots > 0) ? (Long) ceilDiv(needed * job.workers().size(), slots) : null, predicted,
				(needed != null && needed > 0) ? after(job, rounds(job, needed) * job.itemSeconds()) : null, reasons);
	}

	/** As many slots as help: those needed, or all that can be used if none is enough. */
	static long wanted(Measured job, Instant finishBy) {
		Long needed = need(job, finishBy, new ArrayList<>());
		return (needed != null) ? needed : (job.samples() > 0 && !job.isOver()) ? job.parallel() : 0;
	}

	private static @Nullable Instant predict(Measured job, int slots, List<String> reasons) {
		if (job.isOver()) {
			reasons.add("the job is " + job.state());
			return job.finishedAt();
		}
		if (job.isListing()) {
			reasons.add("the job is LISTING: what is not listed yet is not in the backlog");
		}
		if (job.samples() == 0) {
			reasons.add("no item of the job has ended yet: nothing is measured");
			return null;
		}
		if (slots == 0) {
			reasons.add("no worker has reported in the last minute");
		}
		if (job.ended() > 0) {
			return after(job, Math.max(job.backlog() / job.ended(), job.longestOrder() * job.itemSeconds()));
		}
		return (slots > 0) ? after(job, rounds(job, slots) * job.itemSeconds()) : null;
	}

	private static @Nullable Long need(Measured job, @Nullable Instant finishBy, List<String> reasons) {
		if (finishBy == null || job.isOver() || job.samples() == 0) {
			return null;
		}
		double left = Duration.between(job.now(), finishBy).toMillis() / 1000.0;
		double shortest = job.longestOrder() * job.itemSeconds();
		if (left <= 0 || shortest > left) {
			reasons.add((left <= 0) ? "finishBy is over"
					: "no number of workers is enough: the %d items that wait for one another take %d s"
						.formatted(job.longestOrder(), (long) Math.ceil(shortest)));
			return null;
		}
		// An item that took less than a millisecond still takes its share of one.
		long each = (long) Math.floor(left / Math.max(0.001, job.itemSeconds()));
		return Math.min(job.parallel(), ceilDiv(job.backlog(), Math.max(1, each)));
	}

	/** How many items a slot does, one after the other. */
	private static long rounds(Measured job, long slots) {
		return Math.max(job.longestOrder(), ceilDiv(job.backlog(), slots));
	}

	private static Instant after(Measured job, double seconds) {
		return job.now().plusMillis((long) (seconds * 1000));
	}

	private static long ceilDiv(long items, long by) {
		return Math.ceilDiv(items, by);
	}

	private static double round(double number) {
		return Math.round(number * 1000) / 1000.0;
	}

	/**
	 * How long an attempt takes.
	 *
	 * @param meanMs on average
	 * @param p95Ms all but the longest twentieth at most
	 * @param attemptsPerItem how many attempts an item needed
	 * @param samples of how many items, those that ended last
	 */
	record ServiceTime(double meanMs, double p95Ms, double attemptsPerItem, long samples) {
	}

}
