package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A lease as the lock that Spring Integration's {@code LockRegistryLeaderInitiator}
 * drives.
 * <p>
 * The initiator renews by locking again: {@code tryLock} on a lock that is held is a
 * renewal, and the {@code unlock} after it gives back only that second hold. It also
 * steps down at the first exception, so a renewal that fails is tried again here, until
 * the lease's local end.
 * <p>
 * <b>Guarantee.</b> The lock is held only until the lease's duration less the margin
 * after the last successful renewal <em>began</em>, by this process's monotonic clock.
 * The store counts from a later moment, so the local end is always before the store's,
 * whatever the wall clocks do and however long the store takes to answer. A renewal whose
 * answer comes after the local end counts as lost. A lock that was lost says so once
 * ({@code tryLock} answers false) before it can be taken again, because the initiator
 * would else never learn of it.
 * <p>
 * <b>Cost.</b> A candidate looks at a taken lease once each retry period, or when it
 * would be over if that is earlier.
 * <p>
 * <b>Spread.</b> A candidate that has other roles lets those that have fewer go first: it
 * waits a tenth of the retry period for each, up to three, before it takes what is free.
 * Nobody gives a role back to make the spread more even: each change of owner costs more
 * than an uneven spread does.
 * <p>
 * Used by one thread, the initiator's; {@link #term()}, {@link #expire()} and
 * {@link #released()} by any.
 */
class LeaseLock implements Lock {

	private static final Log log = LogFactory.getLog(LeaseLock.class);

	private static final int MOST_OTHER_ROLES = 3;

	private final LeaseStore store;

	private final String name;

	private final String holder;

	private final ElectionProperties times;

	private final IntSupplier otherRoles;

	private final LongSupplier nanoTime;

	private final Pause pause;

	private @Nullable Held held;

	private volatile long nextLook;

	private int holds;

	LeaseLock(LeaseStore store, String name, String holder, ElectionProperties times, IntSupplier otherRoles,
			LongSupplier nanoTime, Pause pause) {
		this.store = store;
		this.name = name;
		this.holder = holder;
		this.times = times;
		this.otherRoles = otherRoles;
		this.nanoTime = nanoTime;
		this.pause = pause;
		this.nextLook = nanoTime.getAsLong();
	}

	String name() {
		return this.name;
	}

	/** Before a campaign: when it looks for the first time. */
	void firstLookIn(Duration delay) {
		this.nextLook = this.nanoTime.getAsLong() + delay.toNanos();
	}

	/** The lease has been released by somebody: no need to wait until the next look. */
	void released() {
		this.pause.end();
	}

	/**
	 * The term that is held at this moment.
	 * @return the term, or empty if the lease is not held or has reached its local end
	 */
	synchronized Optional<Term> term() {
		Held current = this.held;
		return (current != null && remaining(current) > 0) ? Optional.of(current.term()) : Optional.empty();
	}

	/**
	 * Gives the lock up locally if its local end has come.
	 * @return how many nanoseconds are left, or 0 if it is not held any more
	 */
	synchronized long expire() {
		Held current = this.held;
		if (current == null) {
			return 0;
		}
		long remaining = remaining(current);
		if (remaining <= 0) {
			this.held = null;
			return 0;
		}
		return remaining;
	}

	@Override
	public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
		Held current;
		synchronized (this) {
			current = this.held;
			if (current == null && this.holds > 0) {
				this.holds = 0;
				return false;
			}
		}
		return (current != null) ? renew(current) : acquire();
	}

	/** One look, when it is time for it. */
	private boolean acquire() throws InterruptedException {
		await(this.nextLook - this.nanoTime.getAsLong());
		this.nextLook = this.nanoTime.getAsLong() + this.times.retry().toNanos();
		Optional<Lease> taken = this.store.find(this.name);
		if (taken.isPresent()) {
			// A store may round down to nothing what is still left.
			this.nextLook = this.nanoTime.getAsLong() + Math.clamp(taken.get().expiresIn().toNanos(),
					TimeUnit.MILLISECONDS.toNanos(1), this.times.retry().toNanos());
			return false;
		}
		await(Math.min(this.otherRoles.getAsInt(), MOST_OTHER_ROLES) * this.times.retry().toNanos() / 10);
		long started = this.nanoTime.getAsLong();
		OptionalLong term = this.store.acquire(this.name, this.holder, this.times.lease());
		if (term.isEmpty()) {
			return false;
		}
		Held granted = held(new Term(this.name, term.getAsLong()), started);
		if (hold(null, granted)) {
			return true;
		}
		release(granted);
		return false;
	}

	private void await(long nanos) throws InterruptedException {
		if (nanos > 0) {
			this.pause.await(Duration.ofNanos(nanos));
		}
	}

	private boolean renew(Held current) throws InterruptedException {
		while (remaining(current) > 0) {
			long started = this.nanoTime.getAsLong();
			try {
				if (!this.store.renew(this.name, this.holder, current.term().number(), this.times.lease())) {
					break;
				}
				if (hold(current, held(current.term(), started))) {
					return true;
				}
				release(current);
				break;
			}
			// Whatever the store's trouble is: there is time to try again, until there is
			// not.
			catch (RuntimeException ex) {
				log.warn("The lease %s could not be renewed; %d ms are left".formatted(this.name,
						Math.max(0, TimeUnit.NANOSECONDS.toMillis(remaining(current)))), ex);
			}
			await(Math.min(remaining(current), this.times.retry().toNanos()));
		}
		synchronized (this) {
			this.held = null;
			this.holds = 0;
		}
		return false;
	}

	private Held held(Term term, long started) {
		return new Held(term, started + this.times.lease().minus(this.times.margin()).toNanos());
	}

	private synchronized boolean hold(@Nullable Held before, Held now) {
		boolean lostMeanwhile = !Objects.equals(this.held, before) || (before != null && remaining(before) <= 0);
		if (lostMeanwhile || remaining(now) <= 0) {
			return false;
		}
		this.held = now;
		this.holds++;
		return true;
	}

	private long remaining(Held lease) {
		return lease.end() - this.nanoTime.getAsLong();
	}

	@Override
	public void unlock() {
		Held released;
		synchronized (this) {
			this.holds = Math.max(0, this.holds - 1);
			if (this.holds > 0) {
				return;
			}
			released = this.held;
			this.held = null;
		}
		if (released != null) {
			release(released);
		}
	}

	/**
	 * Stopping interrupts the initiator's thread before it unlocks, and a connection
	 * cannot be had in an interrupted thread.
	 */
	private void release(Held lease) {
		boolean interrupted = Thread.interrupted();
		try {
			this.store.release(this.name, this.holder, lease.term().number());
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public void lock() {
		throw new UnsupportedOperationException("a lease is taken by tryLock with a time");
	}

	@Override
	public void lockInterruptibly() {
		lock();
	}

	@Override
	public boolean tryLock() {
		lock();
		return false;
	}

	@Override
	public Condition newCondition() {
		throw new UnsupportedOperationException("a lease has no conditions");
	}

	private record Held(Term term, long end) {
	}

}
