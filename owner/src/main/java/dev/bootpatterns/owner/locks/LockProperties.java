package dev.bootpatterns.owner.locks;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * How locks are kept.
 *
 * @param poll how often each replica looks for locks that are over, and for events that
 * its watchers have not seen
 * @param heartbeat how often a watcher to whom nothing happens is sent a comment; shorter
 * than what proxies wait for (the gateway: 30 s)
 * @param watchers how many may watch locks by server-sent events on one replica
 * @param limit how many names there may be at a time, 1 to 1,000,000
 * @param keep how long a name is kept that nobody holds and that has no value
 */
@Validated
@ConfigurationProperties("owner.locks")
record LockProperties(@NotNull @DurationMin(millis = 10) Duration poll,
		@NotNull @DurationMin(millis = 10) Duration heartbeat, @Min(0) @Max(10_000) int watchers,
		@Min(1) @Max(1_000_000) int limit, @NotNull @DurationMin(seconds = 1) Duration keep) {
}
