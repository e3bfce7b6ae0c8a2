package dev.bootpatterns.worker.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Publishes reports that come at the same time as one, and returns to each of those who
 * reported once that is confirmed.
 * <p>
 * <b>How.</b> While one message waits for its confirm, the reports of other items gather.
 * Then the first of them publishes them all, and wakes the others. So a report that comes
 * alone goes at once and alone, and under load there are as many messages as there are
 * confirms one after the other, and not as there are items.
 * <p>
 * <b>Guarantee.</b> As for each by itself: who returns, has its report confirmed; who
 * gets an exception does not know, and reports again.
 * <p>
 * <b>Cost.</b> A report waits for the confirm before its own; a broker that is slow to
 * confirm makes for larger groups, not for longer queues of them.
 * <p>
 * It is what databases do with commits (DeWitt et al., <i>Implementation techniques for
 * main memory database systems</i>, SIGMOD 1984).
 */
class GroupCommit {

	private final Publishing publishing;

	private final int maxBytes;

	private final ReentrantLock lock = new ReentrantLock();

	private final Deque<Turn> waiting = new ArrayDeque<>();

	private boolean busy;

	/**
	 * Makes one.
	 * @param publishing publishes a group and waits for its confirm, within a time limit
	 * of its own
	 * @param maxBytes of the reports of a group, unless it is one alone
	 */
	GroupCommit(Publishing publishing, int maxBytes) {
		this.publishing = publishing;
		this.maxBytes = maxBytes;
	}

	/**
	 * Publishes a report, perhaps with others.
	 * @param ownerTerm to whom: those of one term go together
	 */
	void publish(byte[] report, long ownerTerm) throws UnconfirmedException, InterruptedException {
		Turn turn = new Turn(report, ownerTerm);
		if (enter(turn) || await(turn)) {
			lead(turn);
		}
	}

	/** Whether nobody is at it, so that this one begins. */
	private boolean enter(Turn turn) {
		this.lock.lock();
		try {
			boolean free = !this.busy;
			this.busy = true;
			if (!free) {
				this.waiting.add(turn);
			}
			return free;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether it is to publish; false if that has been done for it. */
	private boolean await(Turn turn) throws UnconfirmedException, InterruptedException {
		try {
			return turn.signal.get() == Signal.LEAD;
		}
		catch (InterruptedException ex) {
			leave(turn);
			throw ex;
		}
		catch (ExecutionException ex) {
			throw new UnconfirmedException("the broker did not confirm it with others", ex.getCause());
		}
	}

	private void leave(Turn turn) {
		this.lock.lock();
		try {
			// If it is not there any more, somebody publishes it, or it was to lead.
			if (!this.waiting.remove(turn) && turn.signal.getNow(null) == Signal.LEAD) {
				next();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void lead(Turn turn) throws UnconfirmedException, InterruptedException {
		List<Turn> group = group(turn);
		Throwable failure = new IllegalStateException("the group was not published");
		try {
			this.publishing.publish(group.stream().map(Turn::report).toList(), turn.ownerTerm);
			failure = null;
		}
		catch (UnconfirmedException | InterruptedException | RuntimeException ex) {
			failure = ex;
			throw ex;
		}
		finally {
			end(group, failure);
		}
	}

	private List<Turn> group(Turn first) {
		List<Turn> group = new ArrayList<>(List.of(first));
		long bytes = first.report.length;
		this.lock.lock();
		try {
			for (Turn next = this.waiting.peek(); next != null; next = this.waiting.peek()) {
				bytes += next.report.length;
				if (bytes > this.maxBytes || next.ownerTerm != first.ownerTerm) {
					break;
				}
				group.add(this.waiting.remove());
			}
		}
		finally {
			this.lock.unlock();
		}
		return group;
	}

	private void end(List<Turn> group, @Nullable Throwable failure) {
		for (Turn turn : group) {
			if (failure == null) {
				turn.signal.complete(Signal.CONFIRMED);
			}
			else {
				turn.signal.completeExceptionally(failure);
			}
		}
		this.lock.lock();
		try {
			next();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void next() {
		Turn next = this.waiting.poll();
		this.busy = next != null;
		if (next != null) {
			next.signal.complete(Signal.LEAD);
		}
	}

	private enum Signal {

		LEAD, CONFIRMED

	}

	/** Somebody who reports. */
	private static final class Turn {

		private final byte[] report;

		private final long ownerTerm;

		private final CompletableFuture<Signal> signal = new CompletableFuture<>();

		Turn(byte[] report, long ownerTerm) {
			this.report = report;
			this.ownerTerm = ownerTerm;
		}

		byte[] report() {
			return this.report;
		}

	}

	/** Publishes a group. */
	@FunctionalInterface
	interface Publishing {

		/**
		 * Returns once it is confirmed.
		 * @param reports one or more
		 */
		void publish(List<byte[]> reports, long ownerTerm) throws UnconfirmedException, InterruptedException;

	}

}
