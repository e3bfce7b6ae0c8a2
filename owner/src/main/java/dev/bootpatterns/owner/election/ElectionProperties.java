package dev.bootpatterns.owner.election;

import java.time.Duration;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How ownership is taken and kept.
 *
 * @param store where the leases are: {@code postgres}, or {@code kubernetes}, where the
 * database only refuses what older terms do
 * @param lease how long ownership lasts without renewal; a killed owner is replaced
 * within this and {@code retry}. At least 1 s
 * @param margin how long before the lease's end an owner that could not renew it steps
 * down by itself
 * @param renewal how often the owner renews; twice this and the margin are less than the
 * lease, so that one failure does not cost it
 * @param retry how often a candidate looks whether the lease is free, and how long a
 * failed renewal waits before the next try
 * @param kubernetes where in Kubernetes, if that is the store
 */
@Validated
@ConfigurationProperties("owner.election")
record ElectionProperties(@NotNull Store store, @NotNull Duration lease, @NotNull Duration margin,
		@NotNull Duration renewal, @NotNull Duration retry, @Nullable @Valid Kubernetes kubernetes) {

	@AssertTrue(
			message = "owner.election: needs 1s <= lease, 0 < retry <= renewal, 0 < margin, 2 * renewal + margin < lease")
	boolean isConsistent() {
		return this.lease.toMillis() >= 1000 && this.retry.toMillis() > 0 && this.retry.compareTo(this.renewal) <= 0
				&& this.margin.toMillis() > 0
				&& this.renewal.multipliedBy(2).plus(this.margin).compareTo(this.lease) < 0;
	}

	/** How little may be left of a lease before the tasks are warned. */
	Duration warning() {
		return this.lease.minus(this.margin).minus(this.renewal).dividedBy(2);
	}

	/**
	 * Where leases are kept.
	 */
	enum Store {

		POSTGRES, KUBERNETES

	}

	/**
	 * Where in Kubernetes.
	 *
	 * @param namespace the namespace of the Lease objects; they are made there
	 * @param prefix what their names begin with, before a dash and the role; separates
	 * systems that share a namespace
	 */
	record Kubernetes(@NotBlank String namespace,
			@Pattern(regexp = "[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?") @DefaultValue("owner") String prefix) {
	}

}
