package dev.bootpatterns.owner.election;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What this replica knows of its own leadership in each role, by its own monotonic clock:
 * never later than the lease's end in the store.
 * <p>
 * This is a hint that saves work, not a proof: between the question and the act the lease
 * may end. The proof is {@link FencedOperations}.
 */
public class Leadership {

	private final Map<String, LeaseLock> locks = new LinkedHashMap<>();

	private final MeterRegistry meters;

	Leadership(MeterRegistry meters) {
		this.meters = meters;
	}

	/** Before the first question, while the beans are made. */
	void add(LeaseLock lock) {
		this.locks.put(lock.name(), lock);
		Gauge.builder("owner.leader", () -> lock.term().isPresent() ? 1 : 0)
			.tag("role", lock.name())
			.description("1 on the replica that is the owner in this role, 0 on others")
			.register(this.meters);
		Gauge.builder("owner.term", () -> lock.term().map(Term::number).orElse(0L))
			.tag("role", lock.name())
			.description("The term of this replica's ownership in this role, 0 when it is not the owner")
			.register(this.meters);
	}

	Collection<LeaseLock> locks() {
		return this.locks.values();
	}

	/** How many roles this replica has beside one. */
	int rolesBeside(String role) {
		return (int) this.locks.values()
			.stream()
			.filter((lock) -> !lock.name().equals(role) && lock.term().isPresent())
			.count();
	}

	/**
	 * The term under which this replica is the owner.
	 * @param role the role
	 * @return the term, or empty if it is not the owner
	 */
	public Optional<Term> current(String role) {
		LeaseLock lock = this.locks.get(role);
		return (lock != null) ? lock.term() : Optional.empty();
	}

	/**
	 * Whether this replica is still the owner under a term.
	 * @param term the term that it was granted
	 * @return whether it is
	 */
	public boolean isCurrent(Term term) {
		return current(term.lease()).filter(term::equals).isPresent();
	}

}
