package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Several processes that compete for one lease in a time of their own, while the store
 * answers late or not at all and the processes meet every {@link Fault}. One thread and
 * one seed: what fails can be repeated.
 * <p>
 * A process that waits, or is held up in the middle of an operation, lets others go on
 * meanwhile, so operations interleave. Processes' monotonic clocks begin anywhere and run
 * up to 1 % fast or slow, their wall clocks jump.
 */
final class LeaseFuzz {

	private static final int PROCESSES = 4;

	private static final int STEPS = 250;

	/** Of five seeds, as many as each store has at least, together two hundred. */
	private static final int FEWEST_FAULTS = 40;

	private static final ElectionProperties TIMES = Times.of(10_000, 1000, 2000, 2000);

	private final LeaseWorld world;

	private final String lease;

	private final Random random;

	private final String seed;

	private final List<Contender> processes = new ArrayList<>();

	private long now = TimeUnit.DAYS.toNanos(1);

	private boolean faults = true;

	private final Map<Fault, Integer> injected = new EnumMap<>(Fault.class);

	private int depth;

	private int starts;

	private long highest;

	private int grants;

	private int accepted;

	private int refused;

	LeaseFuzz(LeaseWorld world, String lease, long seed) {
		this.world = world;
		this.lease = lease;
		this.random = new Random(seed);
		this.seed = "seed " + seed;
	}

	void run() throws InterruptedException {
		for (int i = 0; i < PROCESSES; i++) {
			this.processes.add(new Contender("h" + i));
		}
		for (int i = 0; i < STEPS; i++) {
			pass(millis(1500));
			any().step();
			disturb();
		}
		this.faults = false;
		this.processes.clear();
		Contender last = new Contender("last");
		this.processes.add(last);
		long killed = this.now;
		while (!last.locked) {
			last.step();
			assertThat(Duration.ofNanos(this.now - killed)).as(this.seed + ": free again within lease and retry")
				.isLessThan(TIMES.lease().plus(TIMES.retry()).plusSeconds(1));
		}
		int sum = this.injected.values().stream().mapToInt(Integer::intValue).sum();
		System.out.printf("%s, %s: %d faults %s, %d starts, %d grants, %d effects accepted, %d refused%n",
				this.world.getClass().getSimpleName(), this.seed, sum, this.injected, this.starts, this.grants,
				this.accepted, this.refused);
		assertThat(this.injected).as(this.seed).containsOnlyKeys(Fault.values());
		assertThat(sum).as(this.seed).isGreaterThanOrEqualTo(FEWEST_FAULTS);
		assertThat(this.grants).as(this.seed).isGreaterThan(3);
	}

	private Contender any() {
		return this.processes.get(this.random.nextInt(this.processes.size()));
	}

	private void disturb() {
		Contender one = any();
		switch (this.random.nextInt(25)) {
			case 0 -> {
				count(Fault.KILLED);
				replace(one, "h" + this.starts);
			}
			case 1 -> {
				count(Fault.RESTARTED);
				replace(one, one.host);
			}
			case 2 -> {
				count(Fault.PAUSED);
				one.pausedUntil = this.now + TIMES.lease().plus(millis(15_000)).toNanos();
			}
			case 3 -> one.cutOff(Fault.REQUESTS_LOST);
			case 4 -> one.cutOff(Fault.ANSWERS_LOST);
			case 5 -> {
				count(Fault.CLOCK_JUMPED);
				one.wallClock += TimeUnit.SECONDS.toMillis(this.random.nextInt(-60, 61));
			}
			case 6 -> {
				count(Fault.LISTENER_SLOW);
				one.listenerBusyUntil = this.now + millis(25_000).toNanos();
			}
			case 7 -> one.stop();
			case 8 -> pass(millis(20_000));
			default -> one.effect();
		}
	}

	private void count(Fault fault) {
		this.injected.merge(fault, 1, Integer::sum);
	}

	private void replace(Contender one, String host) {
		this.processes.set(this.processes.indexOf(one), new Contender(host));
	}

	private Duration millis(int bound) {
		return Duration.ofMillis(this.random.nextInt(bound));
	}

	/** Time passes, and whoever can goes on. */
	private void pass(Duration duration) {
		this.now += duration.toNanos();
		check();
		if (this.faults && this.depth < 3 && this.random.nextInt(3) > 0) {
			this.depth++;
			any().step();
			this.depth--;
		}
	}

	private void check() {
		assertThat(this.processes.stream().filter((one) -> one.lock.term().isPresent()).map((one) -> one.id))
			.as(this.seed + ": who holds the lease at %d ms", TimeUnit.NANOSECONDS.toMillis(this.now))
			.hasSizeLessThanOrEqualTo(1);
	}

	/** What an operation, or a part of it, may meet on the way there or back. */
	private void hiccup() {
		if (this.faults) {
			pass((this.random.nextInt(20) == 0) ? millis(12_000) : millis(100));
			if (this.random.nextInt(12) == 0) {
				throw new StoreAwayException();
			}
		}
	}

	private final class Contender implements LeaseStore {

		private final String host;

		private final String id;

		private final long offset = LeaseFuzz.this.random.nextLong() / 4;

		private final double rate = 0.99 + LeaseFuzz.this.random.nextDouble() * 0.02;

		private final LeaseStore store = LeaseFuzz.this.world.process(this::nanoTime, this::wallClock,
				LeaseFuzz.this::hiccup);

		private final LeaseLock lock;

		private boolean busy;

		private boolean locked;

		private long pausedUntil;

		/** What the lock was granted last, and what the listener knows of it. */
		private @Nullable Term granted;

		private @Nullable Term term;

		private long listenerBusyUntil;

		private @Nullable Fault lost;

		private long cutOffUntil;

		private long wallClock;

		Contender(String host) {
			this.host = host;
			this.id = host + "/" + ++LeaseFuzz.this.starts;
			this.lock = new LeaseLock(this, LeaseFuzz.this.lease, this.id, TIMES, () -> 0, this::nanoTime,
					LeaseFuzz.this::pass);
		}

		private long nanoTime() {
			return this.offset + (long) (LeaseFuzz.this.now * this.rate);
		}

		private Instant wallClock() {
			return Instant.EPOCH.plusNanos(LeaseFuzz.this.now).plusMillis(this.wallClock);
		}

		void cutOff(Fault what) {
			count(what);
			this.lost = what;
			this.cutOffUntil = LeaseFuzz.this.now + millis(20_000).toNanos();
		}

		/** As Spring Integration's initiator does it. */
		void step() {
			if (this.busy || this.pausedUntil > LeaseFuzz.this.now) {
				return;
			}
			this.busy = true;
			try {
				boolean acquired = this.lock.tryLock(2, TimeUnit.SECONDS);
				if (acquired && this.locked) {
					this.lock.unlock();
				}
				else if (acquired) {
					granted();
				}
				this.locked = acquired;
			}
			catch (StoreAwayException ex) {
				unlock();
			}
			catch (Killed ex) {
				replace(this, this.host);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			finally {
				this.busy = false;
			}
		}

		private void granted() {
			LeaseFuzz.this.grants++;
			this.lock.term().ifPresent((granted) -> {
				assertThat(granted.number()).as(LeaseFuzz.this.seed).isGreaterThan(LeaseFuzz.this.highest);
				LeaseFuzz.this.highest = granted.number();
				this.granted = granted;
			});
		}

		void stop() {
			if (!this.busy && this.pausedUntil <= LeaseFuzz.this.now) {
				this.busy = true;
				try {
					unlock();
				}
				catch (Killed ex) {
					replace(this, this.host);
				}
				this.busy = false;
			}
		}

		private void unlock() {
			if (this.locked) {
				this.locked = false;
				try {
					this.lock.unlock();
				}
				catch (StoreAwayException ex) {
					// It will expire.
				}
			}
		}

		/**
		 * Also of one that does not know that it is the owner no more, or that has a
		 * newer term than its listener heard of.
		 */
		void effect() {
			if (this.listenerBusyUntil <= LeaseFuzz.this.now) {
				this.term = this.granted;
			}
			Term current = this.term;
			if (current == null) {
				return;
			}
			LeaseFuzz.this.world.time(LeaseFuzz.this.now);
			if (LeaseFuzz.this.world.effect(current)) {
				LeaseFuzz.this.accepted++;
				assertThat(current.number()).as(LeaseFuzz.this.seed + ": the term of an effect that was accepted")
					.isEqualTo(LeaseFuzz.this.highest);
			}
			else {
				LeaseFuzz.this.refused++;
			}
		}

		private <T> T call(Supplier<T> operation) {
			meet(Fault.REQUESTS_LOST);
			LeaseFuzz.this.world.time(LeaseFuzz.this.now);
			T answer = operation.get();
			meet(Fault.ANSWERS_LOST);
			return answer;
		}

		private void meet(Fault loss) {
			hiccup();
			if (LeaseFuzz.this.faults && LeaseFuzz.this.random.nextInt(100) == 0) {
				count(Fault.KILLED);
				throw new Killed();
			}
			if (this.lost == loss && this.cutOffUntil > LeaseFuzz.this.now) {
				throw new StoreAwayException();
			}
		}

		@Override
		public OptionalLong acquire(String name, String holder, Duration duration) {
			return call(() -> this.store.acquire(name, holder, duration));
		}

		@Override
		public boolean renew(String name, String holder, long term, Duration duration) {
			return call(() -> this.store.renew(name, holder, term, duration));
		}

		@Override
		public void release(String name, String holder, long term) {
			call(() -> {
				this.store.release(name, holder, term);
				return true;
			});
		}

		@Override
		public Optional<Lease> find(String name) {
			return call(() -> this.store.find(name));
		}

	}

	private static final class StoreAwayException extends RuntimeException {

	}

	/** Nothing that a process does about failures does it when it is killed. */
	private static final class Killed extends Error {

	}

	/**
	 * What is counted. A single request or answer that is lost, late answers and graceful
	 * stops come on top.
	 */
	private enum Fault {

		/**
		 * Also in the middle of an operation; another host's process comes, or its own.
		 */
		KILLED,

		/** Killed, and at once another process under the same host name. */
		RESTARTED,

		/** For longer than the lease. */
		PAUSED,

		/** The store cannot be reached from one process for up to twice the lease. */
		REQUESTS_LOST,

		/** It does what it is asked, and its answers get lost. */
		ANSWERS_LOST,

		/** A process's wall clock, by up to a minute, to and fro. */
		CLOCK_JUMPED,

		/** It hears of grants late, and acts under the old term. */
		LISTENER_SLOW

	}

}
