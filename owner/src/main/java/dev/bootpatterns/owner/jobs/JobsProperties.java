package dev.bootpatterns.owner.jobs;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How jobs are worked off.
 *
 * @param poll how often the owner looks for what is new or due
 * @param window how many items may be in flight (enqueued or being worked on), 1 to
 * 100,000
 * @param windowSize how many bytes may be in flight
 * @param chunk how many items are published before their confirms are awaited, 1 to 1,000
 * @param chunkSize how many bytes are: this much content is in memory
 * @param confirmTimeout how long the broker may take to confirm a chunk
 * @param itemTimeout how long an item may be without news before it is enqueued again
 * @param maxAttempts how often an item is tried, 1 to 1,000
 * @param backoff how long a failed item waits before its second attempt; doubles with
 * each
 * @param maxBackoff the longest such wait
 * @param subscribers how many may follow jobs by server-sent events on one replica
 */
@Validated
@ConfigurationProperties("owner.jobs")
record JobsProperties(@NotNull @DurationMin(millis = 1) Duration poll, @Min(1) @Max(100_000) int window,
		@NotNull DataSize windowSize, @Min(1) @Max(1000) int chunk, @NotNull DataSize chunkSize,
		@NotNull @DurationMin(millis = 1) Duration confirmTimeout,
		@NotNull @DurationMin(millis = 1) Duration itemTimeout, @Min(1) @Max(1000) int maxAttempts,
		@NotNull @DurationMin(millis = 1) Duration backoff, @NotNull @DurationMin(millis = 1) Duration maxBackoff,
		@Min(0) @Max(10_000) int subscribers) {
}
