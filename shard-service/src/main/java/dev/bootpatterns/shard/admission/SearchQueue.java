package dev.bootpatterns.shard.admission;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Lets some searches run at once, the others wait in the order in which they came, and
 * turns away those whose answer would come too late.
 * <p>
 * <b>Why.</b> A search is work of the processor: with more of them at once than
 * processors each only takes longer, and under overload all end after their deadlines, so
 * that the leaf is busy and useful to nobody. A short queue whose hopeless searches are
 * refused at once keeps the rest in time, and tells the router early that it should ask
 * another replica.
 * <p>
 * <b>The estimate.</b> A search that finds all places taken begins after those in front
 * of it have begun and one more has ended: with <i>w</i> waiting, <i>c</i> places and a
 * mean service time <i>s</i> after about <i>(w + 1) s / c</i>, and then takes <i>s</i>.
 * It is refused if that is more than its budget. <i>s</i> is a moving average of what
 * searches took. One that was stopped says only that it would have taken longer, so it
 * counts if it took longer than the average. The estimate is about the wait only: while a
 * place is free nobody is refused, whatever the average says. So it cannot lock itself
 * out: each place becomes free by the deadline of who has it, the next search then runs,
 * and the average follows.
 * <p>
 * <b>Cost.</b> One lock, held for some map operations, twice a search. An average is no
 * bound: a search that is much more expensive than others is let in and stopped by its
 * deadline.
 * <p>
 * <b>Cancelling</b> names a search by its id, whether it waits or runs. A cancel may
 * overtake its search on the way here; so an id that is not known is remembered for some
 * seconds, and a search that comes with it is over before it begins.
 * <p>
 * See J. Dean and L. A. Barroso, "The Tail at Scale", Communications of the ACM 56(2),
 * 2013, and B. Maurer, "Fail at Scale", ACM Queue 13(8), 2015, on queues under overload.
 */
@Component
class SearchQueue {

	/** How much the last search weighs in the average. */
	private static final double WEIGHT = 0.1;

	/** How long a cancel waits for its search, in nanoseconds. */
	static final long REMEMBERED_NANOS = 5_000_000_000L;

	/** How many cancels wait for their search; one more drives out the oldest. */
	static final int MAX_REMEMBERED = 10_000;

	private final ReentrantLock lock = new ReentrantLock();

	private final int concurrency;

	private final int maxQueue;

	private final LongSupplier ticker;

	private final Deque<Ticket> waiting = new ArrayDeque<>();

	/** The searches that wait or run and have an id, by it. */
	private final Map<String, Ticket> named = new HashMap<>();

	private final EarlyCancels early = new EarlyCancels(REMEMBERED_NANOS, MAX_REMEMBERED);

	private int running;

	private double meanServiceNanos;

	@Autowired
	SearchQueue(SearchProperties properties) {
		this(properties, System::nanoTime);
	}

	SearchQueue(SearchProperties properties, LongSupplier ticker) {
		this.concurrency = properties.atOnce();
		this.maxQueue = properties.maxQueue();
		this.ticker = ticker;
	}

	/**
	 * Asks for a place, and waits for it.
	 * @param attempt the search
	 * @return its ticket, which either runs and must {@link #leave}, or has a reason
	 */
	Ticket enter(Attempt attempt) {
		this.lock.lock();
		try {
			Ticket ticket = new Ticket(this, attempt, now(), this.lock.newCondition());
			Reason refusal = refusal(ticket);
			if (refusal != null) {
				ticket.end(refusal, now());
				return ticket;
			}
			if (attempt.id() != null) {
				this.named.put(attempt.id(), ticket);
			}
			this.waiting.add(ticket);
			fillPlaces();
			await(ticket);
			return ticket;
		}
		finally {
			this.lock.unlock();
		}
	}

	private @Nullable Reason refusal(Ticket ticket) {
		long now = now();
		String id = ticket.attempt().id();
		if (id != null && this.early.take(id, now)) {
			return Reason.CANCELLED;
		}
		if (id != null && this.named.containsKey(id)) {
			return Reason.DUPLICATE;
		}
		if (ticket.leftNanos(now) <= 0) {
			return Reason.BUDGET;
		}
		if (this.running < this.concurrency) {
			return null;
		}
		if (this.waiting.size() >= this.maxQueue) {
			return Reason.QUEUE_FULL;
		}
		double wait = (this.waiting.size() + 1) * this.meanServiceNanos / this.concurrency;
		return (wait + this.meanServiceNanos > ticket.leftNanos(now)) ? Reason.ESTIMATE : null;
	}

	private void await(Ticket ticket) {
		try {
			ticket.await();
		}
		catch (InterruptedException ex) {
			// Whoever interrupted it does not want the answer, and reading the index
			// with the flag set would close the index's files.
			ticket.cancel();
		}
		if (ticket.waits()) {
			this.waiting.remove(ticket);
			end(ticket, reason(ticket));
		}
	}

	private void fillPlaces() {
		while (this.running < this.concurrency && !this.waiting.isEmpty()) {
			Ticket next = this.waiting.remove();
			if (next.isOver()) {
				end(next, reason(next));
			}
			else {
				this.running++;
				next.begin(now());
			}
		}
	}

	private void end(Ticket ticket, @Nullable Reason reason) {
		ticket.end(reason, now());
		if (ticket.attempt().id() != null) {
			this.named.remove(ticket.attempt().id());
		}
	}

	private static Reason reason(Ticket ticket) {
		return ticket.isCancelled() ? Reason.CANCELLED : Reason.DEADLINE;
	}

	/**
	 * Gives the place of a running search to the next.
	 * @param ticket its ticket
	 * @param finished whether it did all that it was to do; otherwise it was stopped
	 */
	void leave(Ticket ticket, boolean finished) {
		this.lock.lock();
		try {
			this.running--;
			end(ticket, finished ? null : reason(ticket));
			learn(ticket.serviceNanos(), finished);
			fillPlaces();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void learn(long serviceNanos, boolean finished) {
		if (this.meanServiceNanos == 0) {
			this.meanServiceNanos = serviceNanos;
		}
		else if (finished || serviceNanos > this.meanServiceNanos) {
			this.meanServiceNanos += WEIGHT * (serviceNanos - this.meanServiceNanos);
		}
	}

	/**
	 * Cancels a search; one that is not here is refused if it comes within some seconds.
	 * @param id its id
	 * @param onlyWaiting leaves one that has begun alone
	 */
	void cancel(String id, boolean onlyWaiting) {
		this.lock.lock();
		try {
			Ticket ticket = this.named.get(id);
			if (ticket == null) {
				this.early.add(id, now());
			}
			else if (ticket.waits()) {
				this.waiting.remove(ticket);
				end(ticket, Reason.CANCELLED);
			}
			else if (!onlyWaiting) {
				ticket.cancel();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many searches wait or run.
	 * @return their number
	 */
	int length() {
		this.lock.lock();
		try {
			return this.waiting.size() + this.running;
		}
		finally {
			this.lock.unlock();
		}
	}

	long now() {
		return this.ticker.getAsLong();
	}

}
