package dev.bootpatterns.owner.election;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** What the other stores promise, in a few lines, by a clock that is given. */
class InMemoryLeaseStore implements LeaseStore {

	private final LongSupplier nanoTime;

	private final Map<String, Entry> leases = new HashMap<>();

	InMemoryLeaseStore(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	@Override
	public synchronized OptionalLong acquire(String name, String holder, Duration duration) {
		Entry last = this.leases.getOrDefault(name, new Entry("", 0, now()));
		if (last.end() > now()) {
			return OptionalLong.empty();
		}
		this.leases.put(name, new Entry(holder, last.term() + 1, now() + duration.toNanos()));
		return OptionalLong.of(last.term() + 1);
	}

	@Override
	public synchronized boolean renew(String name, String holder, long term, Duration duration) {
		return end(name, holder, term, now() + duration.toNanos());
	}

	@Override
	public synchronized void release(String name, String holder, long term) {
		end(name, holder, term, now());
	}

	private boolean end(String name, String holder, long term, long end) {
		Entry held = this.leases.get(name);
		if (held == null || !held.holder().equals(holder) || held.term() != term || held.end() <= now()) {
			return false;
		}
		this.leases.put(name, new Entry(holder, term, end));
		return true;
	}

	@Override
	public synchronized Optional<Lease> find(String name) {
		return Optional.ofNullable(this.leases.get(name))
			.filter((held) -> held.end() > now())
			.map((held) -> new Lease(held.holder(), held.term(), Instant.EPOCH, Duration.ofNanos(held.end() - now())));
	}

	private long now() {
		return this.nanoTime.getAsLong();
	}

	private record Entry(String holder, long term, long end) {
	}

}
