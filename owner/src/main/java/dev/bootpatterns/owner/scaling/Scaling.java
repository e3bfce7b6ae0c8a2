package dev.bootpatterns.owner.scaling;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

import dev.bootpatterns.owner.election.LeaderLoop;
import dev.bootpatterns.owner.election.Leadership;
import dev.bootpatterns.owner.election.Role;
import dev.bootpatterns.owner.election.Term;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.stereotype.Component;

/**
 * Says whether there are enough workers, for whoever starts and stops them, and to the
 * workers themselves. The owner alone says it: the sum over all replicas is right, and
 * the database is asked once.
 */
@Component
public class Scaling extends LeaderLoop {

	private static final Duration PERIOD = Duration.ofSeconds(5);

	private final PlanStore plans;

	private volatile double oldestSeconds;

	private volatile long slotsWanted;

	private volatile OptionalInt concurrencyWanted = OptionalInt.empty();

	Scaling(PlanStore plans, Leadership leadership, MeterRegistry meters) {
		super(Role.JOBS, "owner-scaling", leadership, PERIOD);
		this.plans = plans;
		Gauge.builder("owner.oldest.item.age", this, (scaling) -> scaling.oldestSeconds)
			.baseUnit("seconds")
			.description("How long the item has waited that is due or enqueued for longest")
			.register(meters);
		Gauge.builder("owner.slots.wanted", this, (scaling) -> scaling.slotsWanted)
			.description("Items that workers must handle at a time for jobs to be over when they are wanted to be")
			.register(meters);
	}

	/**
	 * How many items each of the workers seen lately is wanted to handle at a time, at
	 * least 1; empty as long as there is a job that is wanted as soon as possible, or one
	 * of which nothing is measured.
	 */
	public OptionalInt concurrencyWanted() {
		return this.concurrencyWanted;
	}

	@Override
	protected Work begin(Term term) {
		return new Work() {

			@Override
			public boolean pass() {
				Scaling.this.oldestSeconds = Scaling.this.plans.oldestSeconds();
				List<Measured> wanted = Scaling.this.plans.wanted();
				long slots = wanted.stream()
					.mapToLong((job) -> (job.finishBy() != null) ? Plan.wanted(job, job.finishBy()) : 0)
					.sum();
				Scaling.this.slotsWanted = slots;
				Scaling.this.concurrencyWanted = concurrencyWanted(wanted, slots);
				return false;
			}

			@Override
			public void close() {
				Scaling.this.oldestSeconds = 0;
				Scaling.this.slotsWanted = 0;
				Scaling.this.concurrencyWanted = OptionalInt.empty();
			}

		};
	}

	private OptionalInt concurrencyWanted(List<Measured> wanted, long slots) {
		boolean measured = !wanted.isEmpty() && wanted.stream().allMatch((job) -> job.samples() > 0);
		if (!measured || this.plans.isAnyAsSoonAsPossible()) {
			return OptionalInt.empty();
		}
		int workers = Math.max(1, wanted.getFirst().workers().size());
		return OptionalInt.of(Math.clamp(Math.ceilDiv(slots, workers), 1, Integer.MAX_VALUE));
	}

}
