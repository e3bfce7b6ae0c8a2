package dev.bootpatterns.owner.election;

import java.time.Duration;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotNull;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * How ownership is taken and kept.
 *
 * @param lease how long ownership lasts without renewal; a killed owner is replaced
 * within this and {@code retry}. At least 1 s
 * @param margin how long before the lease's end an owner that could not renew it steps
 * down by itself; shorter than the lease
 * @param renewal how often the owner renews; less than half of the lease, so that one
 * failure does not cost it
 * @param retry how often a candidate looks whether the lease is free, and how long a
 * failed renewal waits before the next try
 */
@Validated
@ConfigurationProperties("owner.election")
record ElectionProperties(@NotNull Duration lease, @NotNull Duration margin, @NotNull Duration renewal,
		@NotNull Duration retry) {

	@AssertTrue(message = "owner.election: needs 1s <= lease, 0 < retry <= renewal < lease / 2, 0 < margin < lease / 2")
	boolean isConsistent() {
		return this.lease.toMillis() >= 1000 && this.retry.toMillis() > 0 && this.retry.compareTo(this.renewal) <= 0
				&& this.renewal.multipliedBy(2).compareTo(this.lease) < 0 && this.margin.toMillis() > 0
				&& this.margin.multipliedBy(2).compareTo(this.lease) < 0;
	}

}
