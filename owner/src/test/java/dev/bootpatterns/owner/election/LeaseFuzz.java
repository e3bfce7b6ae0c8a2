package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Several processes that compete for one lease in a time of their own, while the store
 * fails, answers late or not at all, and processes are killed, paused, stopped and
 * restarted. One thread and one seed: what fails can be repeated.
 * <p>
 * A process that waits, or is held up in the middle of an operation, lets others go on
 * meanwhile, so operations interleave. Processes' clocks begin anywhere and run up to 1 %
 * fast or slow.
 */
final class LeaseFuzz {

	private static final int PROCESSES = 4;

	private static final int STEPS = 250;

	private static final ElectionProperties TIMES = Times.of(10_000, 1000, 2000, 2000);

	private final LeaseWorld world;

	private final String lease;

	private final Random random;

	private final String seed;

	private final List<Contender> processes = new ArrayList<>();

	private long now = TimeUnit.DAYS.toNanos(1);

	private boolean faults = true;

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
			this.processes.add(new Contender());
		}
		for (int i = 0; i < STEPS; i++) {
			pass(millis(1500));
			any().step();
			disturb();
		}
		this.faults = false;
		this.processes.clear();
		Contender last = new Contender();
		this.processes.add(last);
		long killed = this.now;
		while (!last.locked) {
			last.step();
			assertThat(Duration.ofNanos(this.now - killed)).as(this.seed + ": free again within lease and retry")
				.isLessThan(TIMES.lease().plus(TIMES.retry()).plusSeconds(1));
		}
		System.out.printf("%s, %s: %d starts, %d grants, %d effects accepted, %d refused%n",
				this.world.getClass().getSimpleName(), this.seed, this.starts, this.grants, this.accepted,
				this.refused);
		assertThat(this.grants).as(this.seed).isGreaterThan(3);
	}

	private Contender any() {
		return this.processes.get(this.random.nextInt(this.processes.size()));
	}

	private void disturb() {
		Contender one = any();
		switch (this.random.nextInt(25)) {
			case 0 -> {
				if (!one.busy) {
					// Killed and restarted.
					this.processes.set(this.processes.indexOf(one), new Contender());
				}
			}
			case 1 -> one.pausedUntil = this.now + millis(25_000).toNanos();
			case 2 -> one.stop();
			case 3 -> pass(millis(20_000));
			default -> one.effect();
		}
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

		private final String id = "p" + ++LeaseFuzz.this.starts;

		private final long offset = LeaseFuzz.this.random.nextLong() / 4;

		private final double rate = 0.99 + LeaseFuzz.this.random.nextDouble() * 0.02;

		private final LeaseStore store = LeaseFuzz.this.world.process(this::nanoTime, LeaseFuzz.this::hiccup);

		private final LeaseLock lock = new LeaseLock(this, LeaseFuzz.this.lease, this.id, TIMES, () -> 0,
				this::nanoTime, LeaseFuzz.this::pass);

		private boolean busy;

		private boolean locked;

		private long pausedUntil;

		private @Nullable Term term;

		private long nanoTime() {
			return this.offset + (long) (LeaseFuzz.this.now * this.rate);
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
				this.term = granted;
			});
		}

		void stop() {
			if (!this.busy && this.pausedUntil <= LeaseFuzz.this.now) {
				this.busy = true;
				unlock();
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

		/** Also of one that does not know that it is the owner no more. */
		void effect() {
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
			hiccup();
			LeaseFuzz.this.world.time(LeaseFuzz.this.now);
			T answer = operation.get();
			hiccup();
			return answer;
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

}
