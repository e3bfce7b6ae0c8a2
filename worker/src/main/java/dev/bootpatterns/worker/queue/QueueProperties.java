package dev.bootpatterns.worker.queue;

import java.time.Duration;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How items are taken and outcomes reported.
 *
 * @param id the name of this replica, in its reports; required ({@code WORKER_ID})
 * @param concurrency items handled at a time, 1 to 64
 * @param maxConcurrency up to how many while there are more to do, from
 * {@code concurrency} to 64
 * @param prefetch items that the broker hands over ahead for each of those, 1 to 100; at
 * worst {@code maxConcurrency × prefetch × max-content} of memory
 * @param maxContent content larger than this is rejected; from 1 byte to half of
 * {@code spring.rabbitmq.max-inbound-message-body-size}
 * @param confirmTimeout how long to wait for the broker to confirm one publishing of a
 * report
 * @param reportDeadline how long to go on publishing a report that is not confirmed; then
 * the item goes back to the queue
 * @param heartbeat how often the owner is told again that an item is being handled; well
 * below its item timeout, {@code owner.jobs.item-timeout}
 */
@Validated
@ConfigurationProperties("worker")
record QueueProperties(@NotBlank(message = "is required: set WORKER_ID, the name of this replica") String id,
		@DefaultValue("4") @Min(1) @Max(64) int concurrency, @Max(64) int maxConcurrency,
		@DefaultValue("2") @Min(1) @Max(100) int prefetch, @DefaultValue("2MB") DataSize maxContent,
		@DefaultValue("10s") @DurationMin(millis = 1) Duration confirmTimeout,
		@DefaultValue("60s") @DurationMin(millis = 1) Duration reportDeadline,
		@DefaultValue("15s") @DurationMin(millis = 1) Duration heartbeat) {

	@AssertTrue(message = "WORKER_MAX_CONCURRENCY must not be less than WORKER_CONCURRENCY")
	boolean isMaxConcurrencyInBounds() {
		return this.maxConcurrency >= this.concurrency;
	}

}
