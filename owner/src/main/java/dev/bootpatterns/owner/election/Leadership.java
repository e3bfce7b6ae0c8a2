package dev.bootpatterns.owner.election;

import java.util.Optional;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What this replica knows of its own leadership, by its own monotonic clock: never later
 * than the lease's end in the store.
 * <p>
 * This is a hint that saves work, not a proof: between the question and the act the lease
 * may end. The proof is {@link FencedOperations}.
 */
public class Leadership {

	private final LeaseLock lock;

	Leadership(LeaseLock lock, MeterRegistry meters) {
		this.lock = lock;
		Gauge.builder("owner.leader", this, (leadership) -> leadership.current().isPresent() ? 1 : 0)
			.description("1 on the replica that is the owner, 0 on others")
			.register(meters);
		Gauge.builder("owner.term", this, (leadership) -> leadership.current().map(Term::number).orElse(0L))
			.description("The term of this replica's ownership, 0 when it is not the owner")
			.register(meters);
	}

	/**
	 * The term under which this replica is the owner.
	 * @return the term, or empty if it is not the owner
	 */
	public Optional<Term> current() {
		return this.lock.term();
	}

	/**
	 * Whether this replica is still the owner under a term.
	 * @param term the term that it was granted
	 * @return whether it is
	 */
	public boolean isCurrent(Term term) {
		return current().filter(term::equals).isPresent();
	}

}
