package dev.bootpatterns.owner.scaling;

import java.time.Duration;

import dev.bootpatterns.owner.election.LeaderLoop;
import dev.bootpatterns.owner.election.Leadership;
import dev.bootpatterns.owner.election.Role;
import dev.bootpatterns.owner.election.Term;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.stereotype.Component;

/**
 * Says whether there are enough workers, for whoever starts and stops them. The owner
 * alone says it: the sum over all replicas is right, and the database is asked once.
 */
@Component
class ScalingMetrics extends LeaderLoop {

	private static final Duration PERIOD = Duration.ofSeconds(5);

	private final PlanStore plans;

	private volatile double oldestSeconds;

	private volatile long slotsWanted;

	ScalingMetrics(PlanStore plans, Leadership leadership, MeterRegistry meters) {
		super(Role.JOBS, "owner-scaling", leadership, PERIOD);
		this.plans = plans;
		Gauge.builder("owner.oldest.item.age", this, (metrics) -> metrics.oldestSeconds)
			.baseUnit("seconds")
			.description("How long the item has waited that is due or enqueued for longest")
			.register(meters);
		Gauge.builder("owner.slots.wanted", this, (metrics) -> metrics.slotsWanted)
			.description("Items that workers must handle at a time for jobs to be over when they are wanted to be")
			.register(meters);
	}

	@Override
	protected Work begin(Term term) {
		return new Work() {

			@Override
			public boolean pass() {
				ScalingMetrics.this.oldestSeconds = ScalingMetrics.this.plans.oldestSeconds();
				ScalingMetrics.this.slotsWanted = ScalingMetrics.this.plans.wanted()
					.stream()
					.mapToLong((job) -> (job.finishBy() != null) ? Plan.wanted(job, job.finishBy()) : 0)
					.sum();
				return false;
			}

			@Override
			public void close() {
				ScalingMetrics.this.oldestSeconds = 0;
				ScalingMetrics.this.slotsWanted = 0;
			}

		};
	}

}
